/**
 * Type-checks every project of the repository with TypeScript 7, a few at a time. Type tests (`*.test-d.ts`) are part of
 * it: an `@ts-expect-error` that expects in vain is an error.
 */
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const root = resolve(import.meta.dirname, "..");
const tsc = join(root, "node_modules/typescript7/bin/tsc");
const projects = globSync(
  ["packages/*/tsconfig.json", "packages/*/test/tsconfig.json", "{examples,bench,tools}/tsconfig.json"],
  { cwd: root },
).sort();

async function check(project: string): Promise<boolean> {
  try {
    await promisify(execFile)(process.execPath, [tsc, "-p", project, "--pretty"], { cwd: root });
    return true;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    console.error(`${project}\n${stdout}${stderr}`);
    return false;
  }
}

const results = await Promise.all(projects.map(check));
const failed = results.filter((ok) => !ok).length;
console.log(`types: ${projects.length - failed} of ${projects.length} projects are fine`);
if (failed > 0) process.exitCode = 1;
