import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { PackagedFile } from "../contracts/step-decorator.js";
import { attachDecorators } from "../decorators/attach-decorators.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import { collectFiles } from "../decorators/collect-files.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import type { Registry } from "../registry/create-registry.js";
import { findDecorators } from "./used-plugins.js";

/** A checked graph with its decorators. */
export interface DecoratedFlow {
  readonly graph: FlowGraph;
  /** Those of the flow itself. */
  readonly flowAttachments: readonly FlowAttachment[];
  readonly notices: readonly string[];
  /** Asks the decorators for what they add to the code package. */
  readonly files: () => Promise<readonly PackagedFile[]>;
}

/** Attaches what the source says and what is asked for besides. */
export async function attachToFlow(
  checked: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  registry: Registry,
): Promise<DecoratedFlow> {
  const catalog = await findDecorators(registry, specs);
  const attached = attachDecorators(checked, definition, specs, catalog);
  const { graph, notices, flowAttachments } = attached;
  return { graph, notices, flowAttachments, files: () => collectFiles(attached) };
}
