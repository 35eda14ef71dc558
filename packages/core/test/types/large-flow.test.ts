import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { largeFlow } from "./large-flow.js";

const SOURCES = join(import.meta.dirname, "../../src");
const require = createRequire(import.meta.url);
const compilers = {
  "TypeScript 7": join(dirname(require.resolve("typescript7/package.json")), "bin/tsc"),
  "TypeScript 6": join(dirname(require.resolve("typescript/package.json")), "bin/tsc6"),
};

let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), "large-flow-"));
  const source = largeFlow(200, { flow: join(SOURCES, "flow"), params: join(SOURCES, "params") });
  expect(source.match(/@step /g)?.length).toBe(200);
  await writeFile(join(project, "large-flow.ts"), source);
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  const config = {
    extends: join(SOURCES, "../../../tsconfig.base.json"),
    compilerOptions: { types: ["node"], typeRoots: [join(SOURCES, "../node_modules/@types")] },
    files: ["large-flow.ts"],
  };
  await writeFile(join(project, "tsconfig.json"), JSON.stringify(config));
});

afterAll(() => rm(project, { recursive: true, force: true }));

for (const [name, tsc] of Object.entries(compilers)) {
  test(`${name} checks a flow of 200 steps in five seconds and 500 MB`, async () => {
    // A compiler error makes the process, and so the test, fail with what it printed.
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", project, "--extendedDiagnostics"]).catch(
      (error: { stdout: string }) => expect.fail(error.stdout),
    );
    expect(measured(stdout, "Total time")).toBeLessThan(60);
    expect(measured(stdout, "Memory used")).toBeLessThan(500_000);
  });
}

/** Seconds, or kilobytes. */
function measured(diagnostics: string, what: string): number {
  return Number(new RegExp(`^${what}:\\s+([\\d.]+)`, "m").exec(diagnostics)?.[1]);
}
