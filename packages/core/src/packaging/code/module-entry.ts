import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type PackageManifest, readManifest } from "./package-manifest.js";

/** A module that the code package has to offer. */
export interface ModuleEntry {
  /** Unique among the entries. */
  readonly id: string;
  readonly path: string;
  /** As it was imported. */
  readonly specifier: string;
}

/** What Node says a CommonJS module is when an ES module is asked for by `require`. */
const WHOLE_MODULE = "module.exports";

const { cache } = createRequire(import.meta.url);

/** Whether Node takes a file for an ES module without looking into it: the bundler knows the names of its exports. */
export function isModuleForSure(path: string): boolean {
  if (extname(path) === ".mjs") return true;
  return extname(path) === ".js" && nearestManifest(dirname(path))?.type === "module";
}

/** What Node goes by, also where it is none of a package but stands in a folder of one. */
function nearestManifest(folder: string): PackageManifest | undefined {
  if (existsSync(join(folder, "package.json"))) return readManifest(folder);
  return folder === dirname(folder) ? undefined : nearestManifest(dirname(folder));
}

/**
 * A module that exports what Node gives to those who import the entry. The bundler does not know the names that a
 * CommonJS module has; it is installed here, and is asked.
 *
 * @param from what the code imports: the entry's path or its specifier
 */
export async function entryCode({ path }: ModuleEntry, from: string): Promise<string> {
  const namespace = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(from);
  const names = Object.keys(namespace).filter((name) => name !== "default" && name !== WHOLE_MODULE);
  const loaded = cache[path];
  if (loaded === undefined || loaded.exports !== namespace.default) {
    const main = "default" in namespace ? `export { default } from ${text};` : "";
    return `export * from ${text};${main}`;
  }
  const values = names.map((name, k) => `const v${k} = all[${JSON.stringify(name)}];`).join("");
  const exported = names.map((name, k) => `v${k} as ${JSON.stringify(name)}`).join(", ");
  // A name of its own: the bundler stumbles over what it would call a direct one.
  const main = `const main = all; export { main as default, main as ${JSON.stringify(WHOLE_MODULE)}, ${exported} };`;
  return `import all from ${text};${values}${main}`;
}
