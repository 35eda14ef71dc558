import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Where core lies in a place, so that everything there finds it as an installed package. */
export const RUNTIME_FOLDER = "node_modules/@metaflow-ts/core";

/** The folder of this package, whose `dist` is built. Works from `dist` and from the sources alike. */
export function coreFolder(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  const folder = ["..", "../../.."].map((up) => resolve(here, up)).find(isCore);
  if (folder === undefined) throw new Error("This installation of @metaflow-ts/core is incomplete.");
  return folder;
}

function isCore(folder: string): boolean {
  return existsSync(join(folder, "package.json")) && existsSync(join(folder, "dist", "bin.js"));
}
