import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { extname, relative } from "node:path";
import type { OnResolveResult, Plugin } from "esbuild";
import { isCoreName } from "../core-entry.js";
import { entryCode, isModuleForSure, type ModuleEntry } from "./module-entry.js";
import type { PackageSorter } from "./package-sorter.js";

/** Before the id of an entry that the bundler is given as a module of its own. */
export const ENTRY = "metaflow-entry:";

/**
 * How a file asks where it lies. What it reads there cannot be seen, so its package comes whole.
 */
const ASKS = /\b__dirname\b|\b__filename\b|\bimport\.meta\.(?:url|dirname|filename|resolve|main)\b|\bcreateRequire\b/;

const SCRIPTS = /\.[mc]?[jt]sx?$/;
const RESOLVING = Symbol("resolving");

/** Tells the bundler which modules it takes in; learns on the way which packages cannot be bundled. */
export function packagesPlugin(entries: readonly ModuleEntry[], sorter: PackageSorter): Plugin {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const outside = (path: string, specifier: string): OnResolveResult | undefined => {
    if (extname(path) === ".node") sorter.mark(path, "installed");
    const kind = sorter.kindOf(path);
    if (kind === "installed") return { path: specifier, external: true };
    return kind === "whole" ? { path: `../${sorter.placeOf(path)}`, external: true } : undefined;
  };
  /** The bundler gives `import()` of a CommonJS module its default export alone; Node gives its names, too. */
  const imported = (path: string, specifier: string): OnResolveResult | undefined => {
    if (isModuleForSure(path) || !SCRIPTS.test(path)) return undefined;
    const id = `import/${relative(sorter.project, path)}`;
    byId.set(id, { id, path, specifier });
    return { path: `${ENTRY}${id}.mjs`, namespace: ENTRY };
  };
  return {
    name: "metaflow-packages",
    setup(build) {
      // The ending makes the bundler import CommonJS modules as Node does it.
      build.onResolve({ filter: new RegExp(`^${ENTRY}`) }, ({ path }) => ({ path: `${path}.mjs`, namespace: ENTRY }));
      build.onLoad({ filter: /.*/, namespace: ENTRY }, async ({ path }) => {
        const entry = byId.get(path.slice(ENTRY.length, -".mjs".length));
        if (entry === undefined) throw new Error(`There is no module '${path}'.`);
        const from = sorter.kindOf(entry.path) === "installed" ? entry.specifier : entry.path;
        try {
          return { contents: await entryCode(entry, from), loader: "js", resolveDir: sorter.project };
        } catch {
          // It fails in the package as it fails here.
          sorter.mark(entry.path, "whole");
          return { contents: "", loader: "js" };
        }
      });
      build.onResolve({ filter: /.*/ }, async ({ path, pluginData, importer, resolveDir, kind }) => {
        if (pluginData === RESOLVING || kind === "entry-point") return undefined;
        if (isBuiltin(path)) return { path: path.startsWith("node:") ? path : `node:${path}`, external: true };
        if (isCoreName(path)) return { path, external: true };
        const found = await build.resolve(path, { importer, resolveDir, kind, pluginData: RESOLVING });
        // What is not installed is missed where it is used, as it is here.
        if (found.errors.length > 0) return { path, external: true };
        if (found.external) return found;
        const dynamic = kind === "dynamic-import" ? imported(found.path, path) : undefined;
        return outside(found.path, path) ?? dynamic ?? found;
      });
      build.onLoad({ filter: SCRIPTS }, async ({ path }) => {
        if (ASKS.test(await readFile(path, "utf8"))) sorter.mark(path, "whole");
        return undefined;
      });
    },
  };
}
