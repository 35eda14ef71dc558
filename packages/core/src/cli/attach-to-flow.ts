import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { PackagedFile } from "../contracts/step-decorator.js";
import { fixDecorators, gatherFlow } from "../decorators/attach-decorators.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import { collectFiles } from "../decorators/collect-files.js";
import { refuseProblems } from "../decorators/collect-problem.js";
import type { FindDecorator } from "../decorators/mutation.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import { redactGraph, type StepSecret } from "../decorators/redact-graph.js";
import { hasMutators, mutate } from "../decorators/run-mutators.js";
import { findDecorators } from "./find-decorator.js";

/** A checked graph with its decorators. */
export interface DecoratedFlow {
  readonly graph: FlowGraph;
  /** Those of the flow itself. */
  readonly flowAttachments: readonly FlowAttachment[];
  /** What the options of decorators hold that must not be stored; the graph is without it. */
  readonly secrets: readonly StepSecret[];
  readonly notices: readonly string[];
  /** Asks the decorators for what they add to the code package. */
  readonly files: () => Promise<readonly PackagedFile[]>;
}

/** Attaches what the source says and what is asked for besides, and lets mutators change it. */
export async function attachToFlow(
  checked: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  find: FindDecorator,
): Promise<DecoratedFlow> {
  const gathered = gatherFlow(checked, definition, specs, await findDecorators(find, specs));
  // Mutators would see only a part of what is wrong.
  if (hasMutators(definition)) refuseProblems(checked.flow, gathered.problems);
  const attachments = await mutate(definition, gathered.attachments, find);
  const attached = fixDecorators(definition, { ...gathered, attachments });
  const { notices, flowAttachments } = attached;
  const { graph, secrets } = redactGraph(attached);
  return { graph, notices, flowAttachments, secrets, files: () => collectFiles(attached) };
}
