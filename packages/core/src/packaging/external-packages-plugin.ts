import { isBuiltin } from "node:module";
import { sep } from "node:path";
import type { Plugin } from "esbuild";
import type { BundleTrace } from "./bundle-trace.js";
import { coreEntryUrl } from "./core-entry.js";
import type { ModuleIds } from "./module-ids.js";

const IN_NODE_MODULES = `${sep}node_modules${sep}`;

/**
 * Leaves installed packages and Node's own modules outside the bundle. Packages are named by the file that the importing
 * file would get, in a way that does not depend on where it lies; core is named as it was imported: whoever evaluates
 * the bundle gives its own copy. What it resolves is noted in the trace.
 */
export function externalPackagesPlugin(ids: ModuleIds, trace?: BundleTrace | undefined): Plugin {
  return {
    name: "metaflow-external-packages",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === RESOLVING) return undefined;
        if (isBuiltin(args.path)) {
          return { path: args.path.startsWith("node:") ? args.path : `node:${args.path}`, external: true };
        }
        if (coreEntryUrl(args.path) !== undefined) return { path: args.path, external: true };
        const found = await build.resolve(args.path, {
          importer: args.importer,
          resolveDir: args.resolveDir,
          kind: args.kind,
          pluginData: RESOLVING,
        });
        const noted = { specifier: args.path, folder: args.resolveDir };
        if (found.errors.length > 0 || found.external) {
          trace?.resolutions.push({ ...noted, path: null, outside: true });
          return found;
        }
        const outside = found.path.includes(IN_NODE_MODULES) || found.path.endsWith(".node");
        trace?.resolutions.push({ ...noted, path: found.path, outside });
        return outside ? { path: ids.idOf(found.path, args.path), external: true } : found;
      });
    },
  };
}

/** Marks a resolution that this plugin itself asked for. */
const RESOLVING = Symbol("resolving");
