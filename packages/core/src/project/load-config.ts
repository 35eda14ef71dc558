import { basename, dirname, resolve } from "node:path";
import { findProjectConfig } from "../config/project-config.js";
import { schemeOf } from "../datastore/scheme-of.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { createBundleEvaluator } from "../packaging/evaluate-bundle.js";
import type { BundleNamespace, FlowBundle } from "../packaging/flow-bundle.js";
import { loadBundle } from "../packaging/load-bundle.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { KINDS } from "../registry/kinds.js";
import { guardImport, ImportStopped } from "../util/guard-import.js";
import { packageVersion } from "../util/package-version.js";

/** A project's config, and the absolute path of its file; undefined where the project has none. */
export interface LoadedConfig {
  readonly config: ProjectConfig;
  readonly configFile: string | undefined;
}

/** The project's config where there is no flow file: commands that read look from the working folder. */
export async function loadProjectConfig(cwd: string): Promise<LoadedConfig> {
  const file = findProjectConfig(cwd);
  if (file === undefined) return { config: {}, configFile: undefined };
  const bundle = await loadBundle(file, undefined, packageVersion());
  const namespace = await evaluateProject(bundle, cwd, file);
  return { config: checkConfig(namespace.flow.default, file), configFile: file };
}

/** A top level that threw, or ended the process, is told with the line of the user's that did it. */
export async function evaluateProject(
  bundle: FlowBundle,
  cwd: string,
  configFile: string | undefined,
): Promise<BundleNamespace> {
  try {
    return await guardImport(createBundleEvaluator(bundle));
  } catch (error) {
    if (error instanceof ImportStopped) throw await topLevelError(error, bundle, cwd, configFile);
    if (!isMetaflowError(error, "MF_FLOW_NOT_LOADED")) throw error;
    throw await topLevelError(error.cause, bundle, cwd, configFile);
  }
}

async function topLevelError(
  cause: unknown,
  bundle: FlowBundle,
  cwd: string,
  configFile: string | undefined,
): Promise<Error> {
  const [{ recordError }, { createBundlePositions }] = await Promise.all([
    import("../task/record-error.js"),
    import("../packaging/source-locator.js"),
  ]);
  const { type, message, codeFrame, stack } = recordError(cause, { positions: createBundlePositions(bundle), cwd });
  const frames = stack.map((frame) => `\n    ${frame}`).join("");
  const reason = `${cause instanceof ImportStopped ? message : `${type}: ${message}`}${frames}`;
  const details = { cause, codeFrame: codeFrame ?? undefined };
  const isConfigs =
    configFile === bundle.entry ||
    (configFile !== undefined && stack.some((frame) => frame.includes(`${basename(configFile)}:`)));
  return isConfigs
    ? errors.CONFIG_NOT_LOADED({ file: configFile, reason }, details)
    : errors.FLOW_NOT_LOADED({ file: bundle.entry, reason }, details);
}

/** @throws CONFIG_INVALID */
export function checkConfig(config: unknown, file: string | undefined): ProjectConfig {
  if (file === undefined) return {};
  if (typeof config === "object" && config !== null && !Array.isArray(config)) {
    const problem = configProblem(config as Readonly<Record<string, unknown>>);
    if (problem === undefined) return withAbsoluteRoot(config, file);
    throw errors.CONFIG_INVALID({ file, reason: problem });
  }
  const reason = config === undefined ? "it has no default export" : "its default export is no object";
  throw errors.CONFIG_INVALID({ file, reason });
}

/** Plugins may read settings of any name, so that only those of core can be wrong. */
function configProblem(config: Readonly<Record<string, unknown>>): string | undefined {
  const noList = [...KINDS, "plugins", "disable"].find(
    (key) => config[key] !== undefined && !Array.isArray(config[key]),
  );
  if (noList !== undefined) return `its '${noList}' is no list`;
  const listOf = (key: string): readonly unknown[] => (config[key] ?? []) as readonly unknown[];
  const isNamed = (value: unknown): boolean => typeof (value as { readonly name?: unknown } | null)?.name === "string";
  const nameless = [...KINDS, "plugins"].find((key) => !listOf(key).every(isNamed));
  if (nameless !== undefined) return `its '${nameless}' holds something without a name`;
  const isText = (value: unknown): boolean => typeof value === "string";
  return listOf("disable").every(isText) ? undefined : "its 'disable' holds something else than names of packages";
}

/** The config's relative paths start where it lies, not where the command is called. */
function withAbsoluteRoot(config: ProjectConfig, file: string): ProjectConfig {
  const { datastore, datastoreRoot: root } = config;
  const isFolder = root !== undefined && (datastore ?? "local") === "local" && schemeOf(root) === null;
  return isFolder ? { ...config, datastoreRoot: resolve(dirname(file), root) } : config;
}
