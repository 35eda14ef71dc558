import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of a package as Node finds it from a folder: in `node_modules` there or above; undefined for none. */
export function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}
