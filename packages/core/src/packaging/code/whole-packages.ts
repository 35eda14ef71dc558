import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { PackageFile } from "../../contracts/code-package.js";
import { findPackage } from "../../registry/find-package.js";
import { isCoreName } from "../core-entry.js";
import { type OwningPackage, owningPackage } from "../module-ids.js";
import { readManifest } from "./package-manifest.js";
import type { PackageSorter } from "./package-sorter.js";

/** Files of a package that nothing reads at run time. */
const USELESS = /(?:\.d\.[mc]?ts|\.map|\.md|\.markdown|\.tsbuildinfo)$/i;

/** A package in one place of the code package. */
export interface PlacedPackage {
  readonly found: OwningPackage;
  /** In the `node_modules` of the code package: `a`, `@scope/b`, `a/node_modules/c`. */
  readonly path: string;
}

/**
 * Finds a place for each package that comes whole, and for all that it depends on, so that each finds what it found where
 * it was installed: at the top, or below the one package that needs another version than the top has.
 */
export function placePackages(sorter: PackageSorter): readonly PlacedPackage[] {
  const placed: PlacedPackage[] = [];
  const taken = new Map<string, string>();
  const put = (found: OwningPackage, path: string): void => {
    taken.set(path, found.folder);
    placed.push({ found, path });
  };
  for (const found of sorter.all("whole")) {
    const free = !taken.has(found.name);
    put(found, free ? found.name : `.versions/${found.version}/node_modules/${found.name}`);
  }
  // All that one package needs is placed before what those need: nothing that comes later hides it.
  for (let k = 0; k < placed.length; k += 1) {
    const { found, path } = placed[k] as PlacedPackage;
    for (const dependency of dependenciesOf(found)) {
      if (sorter.sort(dependency) === "installed") continue;
      sorter.mark(join(dependency.folder, "package.json"), "whole");
      const visible = foldersAbove(path).find((folder) => taken.has(folder + dependency.name));
      if (visible === undefined) put(dependency, dependency.name);
      else if (taken.get(visible + dependency.name) !== dependency.folder) {
        put(dependency, `${path}/node_modules/${dependency.name}`);
      }
    }
  }
  return placed;
}

/** Where a package at a path looks for others, nearest first; each ends with a `/`, and the top is empty. */
function foldersAbove(path: string): readonly string[] {
  const parts = path.split("/node_modules/");
  const inner = parts.map((_, depth) => `${parts.slice(0, depth + 1).join("/node_modules/")}/node_modules/`);
  return ["", ...inner].toReversed();
}

/** The packages that a package depends on and that are there. Core is what the runtime gives. */
function dependenciesOf({ folder }: OwningPackage): readonly OwningPackage[] {
  const { dependencies, optionalDependencies, peerDependencies } = readManifest(folder);
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  return names
    .filter((name) => !isCoreName(name))
    .flatMap((name) => {
      const found = findPackage(name, folder);
      return found === undefined ? [] : (owningPackage(join(realpathSync(found), "package.json")) ?? []);
    });
}

/** The files of a package that comes whole, without those of packages inside it. */
export function filesOfPackage({ found: { folder, name }, path }: PlacedPackage): readonly PackageFile[] {
  return filesBelow(folder).map((file) => ({
    path: `${path}/${relative(folder, file).replaceAll(sep, "/")}`,
    bytes: readFileSync(file),
    from: `package '${name}'`,
    executable: (statSync(file).mode & 0o100) !== 0,
  }));
}

/** Absolute paths of what a package's folder holds, without packages inside it. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesBelow(path);
    return entry.isFile() && !USELESS.test(entry.name) ? [path] : [];
  });
}
