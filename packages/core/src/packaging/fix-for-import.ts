import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, resolve } from "node:path";
import { distance } from "fastest-levenshtein";

/** Files that an import may mean. */
const EXTENSIONS = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx", ".json"];
const PACKAGE = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*/;

/** What to do about an import of a file in `folder` that leads nowhere. */
export function fixForImport(specifier: string, folder: string): string {
  if (specifier.startsWith(".") || isAbsolute(specifier)) return fixForFile(specifier, folder);
  const name = PACKAGE.exec(specifier)?.[0];
  if (name === undefined) {
    return 'No package has such a name. Where it is an alias, write it into "paths" of tsconfig.json or "imports" of package.json.';
  }
  return isInstalled(name, folder)
    ? `The package ${name} is installed, but offers no such import: see "exports" or "main" of its package.json.`
    : `Install it, where the name is right: npm install ${name}`;
}

function isInstalled(name: string, folder: string): boolean {
  const above = dirname(folder);
  return existsSync(join(folder, "node_modules", name)) || (above !== folder && isInstalled(name, above));
}

function fixForFile(specifier: string, folder: string): string {
  const similar = nearestFile(specifier, folder);
  return similar === undefined
    ? "Create the file, or correct the path: it is relative to the file that imports it."
    : `Did you mean '${similar}'?`;
}

function nearestFile(specifier: string, folder: string): string | undefined {
  const extension = EXTENSIONS.includes(extname(specifier)) ? extname(specifier) : "";
  const wanted = basename(specifier, extension);
  const [nearest] = filesIn(dirname(resolve(folder, specifier)))
    .map((file) => ({ file, stem: basename(file, extname(file)) }))
    .map((candidate) => ({ ...candidate, apart: distance(candidate.stem.toLowerCase(), wanted.toLowerCase()) }))
    .filter(({ apart }) => apart <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((one, other) => one.apart - other.apart);
  if (nearest === undefined) return undefined;
  const path = specifier.slice(0, specifier.length - wanted.length - extension.length);
  // Nobody who leaves endings out, or writes `.js` for a `.ts`, is told to change that.
  const means = extension === "" || nearest.file.endsWith(extension.replace("j", "t"));
  return means ? `${path}${nearest.stem}${extension}` : `${path}${nearest.file}`;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => EXTENSIONS.includes(extname(file)) && !file.endsWith(".d.ts"));
  } catch {
    return [];
  }
}
