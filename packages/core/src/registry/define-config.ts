import type { BackendSettings } from "../contracts/backend-settings.js";
import type { DeployerSettings } from "../contracts/deployer-settings.js";
import type { CodePackageSettings } from "../contracts/environment.js";
import type { ObserverSettings } from "../contracts/observer-settings.js";
import type { PluginSettings } from "../contracts/plugin-settings.js";
import type { PluginContributions, PluginDefinition } from "./define-plugin.js";

/** The default export of `metaflow.config.ts`. Flags and environment variables win over its settings. */
export interface ProjectConfig extends PluginContributions, PluginSettings {
  readonly plugins?: readonly PluginDefinition[] | undefined;
  /** Names of installed packages whose plugins are not used. */
  readonly disable?: readonly string[] | undefined;
  /** The datastore's name: `--datastore`. */
  readonly datastore?: string | undefined;
  /** The datastore's root: `--datastore-root`. A relative path starts at this file's folder. */
  readonly datastoreRoot?: string | undefined;
  /** Tasks that run at the same time: `--max-workers`. */
  readonly maxWorkers?: number | undefined;
  /** Items that one foreach may have: `--max-num-splits`. */
  readonly maxNumSplits?: number | undefined;
  /** Megabytes that are kept of each stream of a task's output: `--max-log-size`. */
  readonly maxLogSize?: number | undefined;
  /** Where tasks run: `--isolation`. */
  readonly isolation?: "pool" | "process" | undefined;
  /** Options of deployers, by name. */
  readonly deployerOptions?: (DeployerSettings & Readonly<Record<string, object>>) | undefined;
  /** Who keeps the records of runs: `--metadata`. */
  readonly metadata?: string | undefined;
  /** Where steps run that do not say it: `--backend`. */
  readonly backend?: string | undefined;
  /** Options of backends, by name; those of a step's decorators win. */
  readonly backendOptions?: (BackendSettings & Readonly<Record<string, object>>) | undefined;
  /** Observers of every run, by name, with their options: `--observer`. */
  readonly observe?: (ObserverSettings & Readonly<Record<string, object>>) | undefined;
  /** How what steps depend on reaches the place where they run: `--environment`. */
  readonly environment?: string | undefined;
  /** Whether `run` and `resume` store a code package: `--code-package`. */
  readonly storeCodePackage?: boolean | undefined;
  /** Endings of files beside the flow that come along in a code package: `--package-suffixes`. */
  readonly packageSuffixes?: string | undefined;
  /** What comes along in a code package besides. */
  readonly codePackage?: CodePackageSettings | undefined;
  /** Tags of every run: `--tag`. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * Declares the configuration of a project.
 *
 * ```ts
 * // metaflow.config.ts
 * import { defineConfig } from "@metaflow-ts/core/plugin";
 * export default defineConfig({ maxWorkers: 8 });
 * ```
 */
export function defineConfig(config: ProjectConfig): ProjectConfig {
  return config;
}
