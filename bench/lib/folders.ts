import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";

/** A new folder in another one. */
export function subfolder(parent: string): Promise<string> {
  return mkdtemp(join(parent, "part-"));
}

/** How many files lie in a folder and all below it. */
export async function countFiles(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
