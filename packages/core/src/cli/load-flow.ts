import { dirname, resolve } from "node:path";
import { findProjectConfig } from "../config/project-config.js";
import { chooseFlow, type FlowCandidate, findFlows } from "../flow/find-flows.js";
import type { FlowBundle } from "../packaging/flow-bundle.js";
import { loadBundle } from "../packaging/load-bundle.js";
import { checkConfig, evaluateProject, type LoadedConfig } from "../project/load-config.js";
import { packageVersion } from "../util/package-version.js";
import type { FlowReference } from "./flow-reference.js";

/** A flow's file, evaluated. */
export interface FlowModule extends LoadedConfig {
  readonly bundle: FlowBundle;
  readonly candidate: FlowCandidate;
  /** What the flow's file exports. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * Bundles and evaluates a flow's file together with the project's config, and finds the flow that is meant.
 *
 * @throws what is wrong with the file, with the place in it.
 */
export async function loadFlowModule(reference: FlowReference, cwd: string): Promise<FlowModule> {
  const configFile = findProjectConfig(dirname(resolve(cwd, reference.file)));
  const bundle = await loadBundle(reference.file, configFile, packageVersion());
  const namespace = await evaluateProject(bundle, cwd, configFile);
  const candidate = chooseFlow(findFlows(namespace.flow), reference.name ?? undefined);
  const config = checkConfig(namespace.config.default, configFile);
  return { bundle, candidate, exports: namespace.flow, config, configFile };
}
