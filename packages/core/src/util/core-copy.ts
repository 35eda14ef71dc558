import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where this copy of core lies; told to other copies, which may be installed beside it. */
export const CORE_COPY: string = import.meta.url;

/** A copy of core for people: `1.2.0 in /project/node_modules/@metaflow-ts/core`. */
export function describeCopy(module: string | undefined): string {
  if (module === undefined) return "an older version";
  for (let folder = dirname(fileURLToPath(module)); folder !== dirname(folder); folder = dirname(folder)) {
    const version = versionIn(folder);
    if (version !== null) return `${version} in ${folder}`;
  }
  return `an unknown version in ${fileURLToPath(module)}`;
}

function versionIn(folder: string): string | null {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return name === "@metaflow-ts/core" ? String(version) : null;
  } catch {
    return null;
  }
}
