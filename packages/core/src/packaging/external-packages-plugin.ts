import { isBuiltin } from "node:module";
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import type { BundleTrace } from "./bundle-trace.js";
import { coreEntryUrl } from "./core-entry.js";

const IN_NODE_MODULES = `${sep}node_modules${sep}`;

/**
 * Leaves installed packages and Node's own modules outside the bundle. Packages are named by the URL of the file
 * that the importing file would get, so that the bundle can be evaluated anywhere on this machine; core is named
 * by the running copy. What it resolves is noted in the trace.
 */
export function externalPackagesPlugin(trace?: BundleTrace | undefined): Plugin {
  return {
    name: "metaflow-external-packages",
    setup(build) {
      build.onResolve({ filter: /.*/ }, async (args) => {
        if (args.kind === "entry-point" || args.pluginData === RESOLVING) return undefined;
        if (isBuiltin(args.path)) {
          return { path: args.path.startsWith("node:") ? args.path : `node:${args.path}`, external: true };
        }
        const core = coreEntryUrl(args.path);
        if (core !== undefined) return { path: core, external: true };
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
        // A `require` of CommonJS code takes a path; everything else is an import and takes a URL.
        const isRequire = args.kind === "require-call" || args.kind === "require-resolve";
        return outside ? { path: isRequire ? found.path : pathToFileURL(found.path).href, external: true } : found;
      });
    },
  };
}

/** Marks a resolution that this plugin itself asked for. */
const RESOLVING = Symbol("resolving");
