/** Observers are told what happens, and never get in the way of a run. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

const FLOW = `
import { FlowSpec, step, current, stepDecorator } from "@metaflow-ts/core";
export default class SmallFlow extends FlowSpec {
  @step start() { console.log("hello"); this.next(this.end); }
  @step end() { if (process.env.FAIL) throw new Error("no"); }
}
`;

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "small.ts", FLOW);
  const observers = ["throws", "hangs", "unopened", "counts", "choosy"];
  await layPlugin(cwd, { name: "metaflow-watch", provides: { observers }, source: WATCH });
  await layPlugin(cwd, {
    name: "metaflow-broken",
    provides: { observers: ["broken"] },
    source: `throw new Error("cannot start");`,
  });
  await layPlugin(cwd, {
    name: "metaflow-json-lines",
    provides: { observers: ["json-lines"] },
    source: "export default {}",
  });
});

const WATCH = `
import { writeFileSync } from "node:fs";
const counts = {};
const choosy = { "~standard": { version: 1, vendor: "x", validate: (value) =>
  value.url ? { value } : { issues: [{ message: "it is missing", path: ["url"] }] } } };
export default { name: "metaflow-watch", observers: [
  { name: "throws", open: () => ({ observe() { throw new Error("no server"); } }) },
  { name: "hangs", open: () => ({ observe: () => new Promise(() => {}) }) },
  { name: "unopened", open() { throw new Error("no key"); } },
  { name: "counts", open: (_, { environment }) => ({
    async observe(events) { for (const { type, status = "" } of events) counts[type + status] = 1 + (counts[type + status] ?? 0); },
    close() { writeFileSync(environment.COUNTS, JSON.stringify(counts)); },
  }) },
  { name: "choosy", options: choosy, open: ({ url }) => ({ observe() {} }) },
] };
`;

const withoutDependency = async (folder: string, name: string): Promise<void> => {
  const path = join(folder, "package.json");
  const manifest = JSON.parse(await readFile(path, "utf8")) as { dependencies: Record<string, string> };
  delete manifest.dependencies[name];
  await writeFile(path, JSON.stringify(manifest));
};

describe("an observer", () => {
  it("of a package that takes a name of core is an error that names both, where it is used", async () => {
    const used = await runCli(["small.ts", "run", "--observer", "json-lines"], { cwd });
    expect(used).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("from @metaflow-ts/core and from metaflow-json-lines"),
    });
    expect((await runCli(["plugins"], { cwd })).stdout).toMatch(
      /two observers named 'json-lines'.*MF_PLUGIN_DUPLICATE/,
    );
    await withoutDependency(cwd, "metaflow-json-lines");
  });

  it.each([
    ["the command line", ["--observer", "json-lines"], {}, undefined],
    ["the environment", [], { METAFLOW_OBSERVERS: "json-lines" }, undefined],
    ["the config", [], {}, `export default { observe: { "json-lines": { file: "metaflow-events.ndjson" } } };`],
  ])("json-lines writes what happens, asked for by %s", async (_, words, env, config) => {
    const file = join(cwd, "metaflow-events.ndjson");
    if (config !== undefined) await writeFile(join(cwd, "metaflow.config.ts"), config);
    const { code, stdout } = await runCli(["small.ts", "run", "--json", ...words], { cwd, env });
    expect(code).toBe(0);
    expect(await readFile(file, "utf8").then(parsedLines)).toEqual(parsedLines(stdout));
    await rm(file);
    await rm(join(cwd, "metaflow.config.ts"), { force: true });
  });

  it.each([
    ["throws", /^Warning: The observer 'throws' failed: Error: no server\.$/m],
    [
      "unopened",
      /^Warning: The observer 'unopened' could not be opened: Error: no key\. It gets no further events\.$/m,
    ],
    ["hangs", /^Warning: The observer 'hangs' did not end within 5000 ms\. It gets no further events\.$/m],
  ])("that %s changes nothing of the run, and is one warning", { timeout: 30_000 }, async (name, warning) => {
    const { code, stdout, stderr } = await runCli(["small.ts", "run", "--observer", name], { cwd });
    expect(code).toBe(0);
    expect((stdout + stderr).match(/Warning:/g)).toHaveLength(1);
    expect(stdout + stderr).toMatch(warning);
  });

  it("sees each attempt start and end once", async () => {
    const file = join(cwd, "counts.json");
    const words = ["small.ts", "run", "--observer", "counts", "--observer", "counts"];
    const { code } = await runCli(words, { cwd, env: { COUNTS: file, FAIL: "1" } });
    expect(code).toBe(1);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      ...{ "run.started": 1, "task.started": 2, "task.finishedsuccessful": 1, "task.finishedfailed": 1 },
      "run.finishedfailed": 1,
    });
  });

  it.each([
    ["nobody", "MF_PLUGIN_NAME_UNKNOWN: There is no observer 'nobody'. These are there: json-lines,"],
    ["broken", "MF_PLUGIN_NOT_LOADED: Package metaflow-broken, which provides the observer 'broken',"],
    ["choosy", "MF_PLUGIN_OPTIONS_INVALID: The observer 'choosy' has options that it cannot take: url: it is missing."],
  ])("%s is refused before anything runs", async (name, message) => {
    const before = await runCli(["small.ts", "runs", "--json"], { cwd });
    const { code, stderr } = await runCli(["small.ts", "run", "--observer", name], { cwd });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    expect((await runCli(["small.ts", "runs", "--json"], { cwd })).stdout).toBe(before.stdout);
  });
});

function parsedLines(text: string): readonly unknown[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
