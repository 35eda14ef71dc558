import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Names of a project's config file, in the order in which they are looked for. */
const CONFIG_FILES = ["metaflow.config.ts", "metaflow.config.mts", "metaflow.config.js", "metaflow.config.mjs"];

/**
 * The project's config file: the nearest one in the folder or above it. The search ends with the repository, so
 * that a stray file of somebody else's further up is never run.
 */
export function findProjectConfig(folder: string): string | undefined {
  for (let current = resolve(folder); ; ) {
    const found = CONFIG_FILES.map((name) => join(current, name)).find((path) => existsSync(path));
    if (found !== undefined) return found;
    const parent = dirname(current);
    if (parent === current || existsSync(join(current, ".git"))) return undefined;
    current = parent;
  }
}
