import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** This package: a project in which it is installed itself. */
export const packageFolder = resolve(import.meta.dirname, "../..");

const core = createRequire(import.meta.url).resolve("@metaflow-ts/core/package.json");
const bin = join(core, "../dist/bin.js");

/** Runs the `metaflow` command in a folder, and returns what it printed; rejects where it failed. */
export async function metaflow(folder: string, ...words: string[]): Promise<string> {
  const env = { ...process.env, NO_COLOR: "1", METAFLOW_USER: "tester" };
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words], { cwd: folder, env });
  return stdout;
}
