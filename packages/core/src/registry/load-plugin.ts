import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { guardImport, guardImportSync, reasonOf } from "../util/guard-import.js";
import type { PluginContributions } from "./define-plugin.js";
import { KINDS } from "./kinds.js";
import { wrongPeer } from "./peer-versions.js";
import { PLUGIN_CONTRACT } from "./read-plugin.js";

const requireModule = createRequire(import.meta.url);

/**
 * Imports an installed plugin.
 *
 * @param what what it is wanted for, for errors: `step decorator 'retry'`
 * @throws PLUGIN_DECLARATION_INVALID, PLUGIN_CONTRACT_UNKNOWN, PLUGIN_PEER_MISSING, PLUGIN_PEER_VERSION, PLUGIN_NOT_LOADED,
 *   PLUGIN_WITHOUT_DEFINITION
 */
export async function importPlugin(plugin: InstalledPlugin, what: string): Promise<PluginContributions> {
  const problem = pluginProblem(plugin, what);
  if (problem !== null) throw problem;
  let namespace: unknown;
  try {
    namespace = await guardImport(() => import(plugin.entry));
  } catch (cause) {
    throw notLoaded(plugin, what, cause);
  }
  return definitionOf(plugin, what, namespace);
}

/** Imports an installed plugin at once: the same module, and so the same objects, that `importPlugin` gives. */
export function importPluginSync(plugin: InstalledPlugin, what: string): PluginContributions {
  const problem = pluginProblem(plugin, what);
  if (problem !== null) throw problem;
  let namespace: unknown;
  try {
    namespace = guardImportSync(() => requireModule(fileURLToPath(plugin.entry)) as unknown);
  } catch (cause) {
    throw notLoaded(plugin, what, cause);
  }
  return definitionOf(plugin, what, namespace);
}

/** What is known to be wrong with a plugin before it is imported, as an error. */
export function pluginProblem(plugin: InstalledPlugin, what: string): MetaflowError | null {
  const { package: name, problem, peers = [] } = plugin;
  const use = { plugin: name, what };
  switch (problem?.kind) {
    case "declaration":
      return errors.PLUGIN_DECLARATION_INVALID({ ...use, reason: problem.reason });
    case "contract":
      return errors.PLUGIN_CONTRACT_UNKNOWN({ ...use, contract: problem.contract, known: PLUGIN_CONTRACT });
    case "peers":
      return errors.PLUGIN_PEER_MISSING({ ...use, missing: problem.missing });
    default: {
      const wrong = wrongPeer(peers);
      return wrong === undefined ? null : errors.PLUGIN_PEER_VERSION({ ...use, ...wrong });
    }
  }
}

function notLoaded({ package: name, entry }: InstalledPlugin, what: string, cause: unknown): MetaflowError {
  const reason = reasonOf(cause);
  return errors.PLUGIN_NOT_LOADED({ plugin: name, what, entry: fileURLToPath(entry), reason }, { cause });
}

function definitionOf(
  { package: name, entry }: InstalledPlugin,
  what: string,
  namespace: unknown,
): PluginContributions {
  // A CommonJS module's own exports are the default export, and those of one compiled from ESM lie a level deeper.
  const { default: main, plugin } = namespace as { readonly default?: unknown; readonly plugin?: unknown };
  const inner = isObject(main) ? (main as { readonly default?: unknown }).default : undefined;
  const found = [plugin, inner, main, namespace].find(isPlugin);
  if (found !== undefined) return found;
  throw errors.PLUGIN_WITHOUT_DEFINITION({ plugin: name, what, entry: fileURLToPath(entry) });
}

/** By its shape: the plugin may come from another copy of core. */
function isPlugin(value: unknown): value is PluginContributions {
  if (!isObject(value) || typeof (value as { readonly name?: unknown }).name !== "string") return false;
  const lists = KINDS.map((kind) => (value as PluginContributions)[kind]).filter((list) => list !== undefined);
  return lists.every((list) => Array.isArray(list));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
