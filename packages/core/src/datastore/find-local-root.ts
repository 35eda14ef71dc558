import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const LOCAL_ROOT_NAME = ".metaflow";

/** The nearest `.metaflow` folder in `directory` or above it; where there is none, the one to make in `directory`. */
export function findLocalRoot(directory: string): string {
  const start = resolve(directory);
  for (let folder = start; ; folder = dirname(folder)) {
    const candidate = join(folder, LOCAL_ROOT_NAME);
    if (isFolder(candidate)) return candidate;
    if (folder === dirname(folder)) return join(start, LOCAL_ROOT_NAME);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whatever may not be looked at cannot be used either.
    return false;
  }
}
