import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { OutsideModule } from "../contracts/records.js";

/** Names the modules outside a bundle without saying where they lie, so that equal code is equal everywhere. */
export interface ModuleIds {
  /** `lodash@4.17.21/lodash.js`: package, version and file. */
  idOf(path: string, specifier: string): string;
  readonly modules: Readonly<Record<string, OutsideModule>>;
}

/** @param root where the paths of files that belong to no package start */
export function createModuleIds(root: string): ModuleIds {
  const modules: Record<string, OutsideModule> = {};
  return {
    modules,
    idOf(path, specifier) {
      const url = pathToFileURL(path).href;
      const plain = plainId(path, root);
      let id = plain;
      // Two installations of one version may differ in what they themselves depend on.
      for (let k = 2; modules[id] !== undefined && modules[id]?.url !== url; k += 1) id = `${plain}#${k}`;
      modules[id] ??= { url, specifier };
      return id;
    },
  };
}

function plainId(path: string, root: string): string {
  const found = path.includes(`${sep}node_modules${sep}`) ? owningPackage(path) : undefined;
  if (found === undefined) return relative(root, path).replaceAll(sep, "/");
  return `${found.name}@${found.version}/${relative(found.folder, path).replaceAll(sep, "/")}`;
}

/** An installed package, as its own package.json names it. */
export interface OwningPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** The package that a file belongs to; undefined where no package.json above it has a name. */
export function owningPackage(path: string): OwningPackage | undefined {
  for (let folder = installedFolder(path) ?? dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file)) {
      const { name, version = "" } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
      // A package.json without a name only tells Node how to read the files beside it.
      if (name !== undefined) return { name, version, folder };
    }
    if (folder === dirname(folder)) return undefined;
  }
}

/** What lies right below `node_modules` is one package, whatever package.json files with names are inside it. */
function installedFolder(path: string): string | undefined {
  return /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1];
}
