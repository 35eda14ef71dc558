import { dirname, resolve } from "node:path";
import { findProjectConfig } from "../config/project-config.js";
import { schemeOf } from "../datastore/scheme-of.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { chooseFlow, type FlowCandidate, findFlows } from "../flow/find-flows.js";
import { createBundleEvaluator } from "../packaging/evaluate-bundle.js";
import type { BundleNamespace, FlowBundle } from "../packaging/flow-bundle.js";
import { loadBundle } from "../packaging/load-bundle.js";
import type { ProjectConfig } from "../registry/define-config.js";
import type { FlowReference } from "./flow-reference.js";
import { packageVersion } from "./version.js";

/** A flow's file, evaluated. */
export interface FlowModule {
  readonly bundle: FlowBundle;
  readonly candidate: FlowCandidate;
  /** What the flow's file exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly config: ProjectConfig;
  /** Absolute path of the config's file; undefined where the project has none. */
  readonly configFile: string | undefined;
}

/**
 * Bundles and evaluates a flow's file together with the project's config, and finds the flow that is meant.
 *
 * @throws what is wrong with the file, with the place in it.
 */
export async function loadFlowModule(reference: FlowReference, cwd: string): Promise<FlowModule> {
  const configFile = findProjectConfig(dirname(resolve(cwd, reference.file)));
  const bundle = await loadBundle(reference.file, configFile, packageVersion());
  const namespace = await evaluate(bundle, cwd);
  const candidate = chooseFlow(findFlows(namespace.flow), reference.name ?? undefined);
  const config = checkConfig(namespace.config.default, configFile);
  return { bundle, candidate, exports: namespace.flow, config, configFile };
}

/** The project's config where there is no flow file: commands that read look from the working folder. */
export async function loadProjectConfig(cwd: string): Promise<Pick<FlowModule, "config" | "configFile">> {
  const file = findProjectConfig(cwd);
  if (file === undefined) return { config: {}, configFile: undefined };
  const bundle = await loadBundle(file, undefined, packageVersion());
  const namespace = await evaluate(bundle, cwd);
  return { config: checkConfig(namespace.flow.default, file), configFile: file };
}

/** A top level that threw is told with the line of the user's that did it. */
async function evaluate(bundle: FlowBundle, cwd: string): Promise<BundleNamespace> {
  try {
    return await createBundleEvaluator(bundle)();
  } catch (error) {
    if (!isMetaflowError(error, "MF_FLOW_NOT_LOADED")) throw error;
    const [{ recordError }, { createBundlePositions }] = await Promise.all([
      import("../task/record-error.js"),
      import("../packaging/source-locator.js"),
    ]);
    const positions = createBundlePositions(bundle);
    const { type, message, codeFrame, stack } = recordError(error.cause, { positions, cwd });
    const frames = stack.map((frame) => `\n    ${frame}`).join("");
    const reason = `${type}: ${message}${frames}`;
    throw errors.FLOW_NOT_LOADED(
      { file: bundle.entry, reason },
      { cause: error.cause, codeFrame: codeFrame ?? undefined },
    );
  }
}

function checkConfig(config: unknown, file: string | undefined): ProjectConfig {
  if (file === undefined) return {};
  if (typeof config === "object" && config !== null && !Array.isArray(config)) return withAbsoluteRoot(config, file);
  const reason = config === undefined ? "it has no default export" : "its default export is no object";
  throw errors.CONFIG_INVALID({ file, reason });
}

/** The config's relative paths start where it lies, not where the command is called. */
function withAbsoluteRoot(config: ProjectConfig, file: string): ProjectConfig {
  const { datastore, datastoreRoot: root } = config;
  const isFolder = root !== undefined && (datastore ?? "local") === "local" && schemeOf(root) === null;
  return isFolder ? { ...config, datastoreRoot: resolve(dirname(file), root) } : config;
}
