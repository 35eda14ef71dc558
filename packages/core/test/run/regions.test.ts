/** Runs whose parts are executed by processes that know of one another from the datastore alone. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { CliResult } from "../support/cli.js";
import { everyTask, everyWayFlow } from "./every-way.js";
import { createFlowFolder, type FlowFolder } from "./flow-run.js";

let folder: FlowFolder;
let notes: string;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": everyWayFlow });
  notes = join(folder.path, "notes.txt");
});

/** Registers a run; gives what addresses it. */
async function init(words: readonly string[] = []): Promise<string> {
  const { code, lines } = await folder.cli(["flow.ts", "init", "--json", ...words]);
  expect(code).toBe(0);
  const { type, pathspec } = JSON.parse(lines[0] ?? "") as { type: string; pathspec: string };
  expect(type).toBe("run.registered");
  await rm(notes, { force: true });
  return pathspec;
}

interface RegionEnd {
  readonly code: number | null;
  readonly status: string;
  readonly next: readonly string[];
  readonly failure: { readonly task: string | null; readonly error: { readonly code: string | null } } | null;
}

function endOf({ code, lines, stderr }: CliResult): RegionEnd {
  const last = JSON.parse(lines.at(-1) ?? "null") as (Omit<RegionEnd, "code"> & { type: string }) | null;
  if (last?.type !== "region.finished") throw new Error(`No region ended (exit code ${code}).\n${stderr}`);
  return { code, status: last.status, next: last.next, failure: last.failure };
}

/** `words`: the entry and what says how far it goes, as a command line. */
const region = async (run: string, words: string, env: Record<string, string> = {}): Promise<RegionEnd> =>
  endOf(await folder.cli(["region", run, ...words.split(" "), "--json"], { env: { NOTES: notes, ...env } }));

/** The tasks that were executed since the run was registered, in order. */
async function executed(): Promise<readonly string[]> {
  return (await readFile(notes, "utf8")).trim().split("\n");
}

/** All artifacts of a run that ended, by task. */
async function artifacts(pathspec: string): Promise<Record<string, unknown>> {
  const run = await (await folder.client()).run(pathspec);
  const values = everyTask.map(async (name) => {
    const [step = "", id = ""] = name.split("/");
    const loaded = (await run.task(step, id)).artifacts().map(async (each) => [each.name, await each.value()] as const);
    return [name, Object.fromEntries(await Promise.all(loaded))] as const;
  });
  return Object.fromEntries(await Promise.all(values));
}

const done = (next: readonly string[]) => ({ code: 0, status: "successful", next, failure: null });

describe("region", () => {
  it("runs a flow region by region to what a run comes to", async () => {
    const run = await init(["--base", "3"]);
    expect(await region(run, "start --steps start")).toEqual(done(["left/0", "right/0"]));
    expect(await region(run, "right --steps right")).toEqual(done(["merge/0"]));
    expect(await region(run, "left --until merge")).toEqual(done(["merge/0"]));
    expect(await region(run, "merge --until group")).toEqual(done(["group/i0", "group/i1"]));
    // One item's chain; within the other: a step, a batch of items, single items, a join, the loop.
    expect(await region(run, "group --address i0")).toEqual(done(["join/0"]));
    expect((await region(run, "group --address i1 --until work")).next).toEqual([
      "work/i1-i0",
      "work/i1-i1",
      "work/i1-i2",
    ]);
    expect(await region(run, "work --address i1 --items 1-5")).toEqual(done(["collect/i1"]));
    expect(await region(run, "work --address i1-i0")).toEqual(done(["collect/i1"]));
    expect(await region(run, "collect --address i1 --until again")).toEqual(done(["again/i1-r0"]));
    expect(await region(run, "again --address i1-r0")).toEqual(done(["again/i1-r1"]));
    expect(await region(run, "again --address i1")).toEqual(done(["join/0"]));
    expect((await folder.cli(["status", run, "--json"])).stdout).toContain('"running"');
    expect(await region(run, "join")).toEqual(done([]));
    expect((await folder.cli(["status", run, "--json"])).stdout).toContain('"successful"');
    expect([...(await executed()), "start/0"].toSorted()).toEqual(everyTask.toSorted());
    const atOnce = await folder.run(["flow.ts", "run", "--base", "3"]);
    expect(await artifacts(run)).toEqual(await artifacts(atOnce.run.pathspec));
  });

  it("goes on after kill -9, and runs nothing again that was committed", async () => {
    const run = await init();
    for (const slow of ["work/i1-i1", "again/i0-r1"]) {
      const words = ["region", run, "start", "--max-workers", "1"];
      const killed = folder.start(words, { env: { NOTES: notes, SLOW: slow } });
      await killed.waitFor(`/${slow}] started`);
      killed.child.kill("SIGKILL");
      await killed.result;
    }
    expect(await region(run, "start")).toEqual(done([]));
    const counts = new Map<string, number>();
    for (const name of await executed()) counts.set(name, (counts.get(name) ?? 0) + 1);
    // Only what was under way when its process was killed runs again, where it had come to its first line.
    const repeated = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
    expect(["work/i1-i1", "again/i0-r1"]).toEqual(expect.arrayContaining(repeated));
    expect([...counts.keys(), "start/0"].toSorted()).toEqual(everyTask.toSorted());
  });

  it("may be started twice at once: each task is committed once, and both come to the same end", async () => {
    const run = await init();
    expect(await region(run, "start --until group")).toMatchObject({ code: 0 });
    const [one, other] = await Promise.all([region(run, "group --items 0-1"), region(run, "group --items 0-1")]);
    expect([one, other]).toEqual([done(["join/0"]), done(["join/0"])]);
    expect(await region(run, "join")).toEqual(done([]));
    expect((await artifacts(run))["join/0"]).toMatchObject({ all: ["a1", "a2", "a3", "3", "b1", "b2", "b3", "3"] });
  });

  it("reports a failure, counts the task's attempts on, and clears the run of it when it succeeds", async () => {
    const run = await init();
    const failed = await region(run, "start --until merge", { FAIL: "left/0" });
    expect(failed).toMatchObject({ code: 1, status: "failed", failure: { task: "left/0" } });
    expect((await folder.cli(["status", run, "--json"])).stdout).toContain('"failed"');
    expect(await region(run, "start --until merge")).toEqual(done(["merge/0"]));
    const { stdout } = await folder.cli(["status", run, "--json"]);
    expect(stdout).toContain('"running"');
    const left = await (await (await folder.client()).run(run)).task("left");
    expect((await left.attempts()).map(({ status }) => status)).toEqual(["failed", "successful"]);
  });

  it.each([
    ["start --steps start,left", 2, /several ways out: right, merge/],
    ["left --until start", 2, /no way leads from it to 'start'/],
    ["work --address i0", 2, /must name item of merge, item of group: 2, not 1/],
    ["nowhere", 2, /no step 'nowhere'/],
  ])("refuses what is no region: %s", async (words, code, message) => {
    const run = await init();
    const refused = await folder.cli(["region", run, ...words.split(" ")]);
    expect([refused.code, refused.stderr]).toEqual([code, expect.stringMatching(message)]);
  });

  it("refuses a run that is not there", async () => {
    const refused = await folder.cli(["region", "EveryWay/17", "start"]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("17")]);
  });
});

describe("step", () => {
  it("runs a task from its name alone, and refuses one whose inputs are not there", async () => {
    const run = await init();
    const step = (task: string) => folder.cli(["step", `${run}/${task}`], { env: { NOTES: notes } });
    expect((await step("start/0")).code).toBe(0);
    expect((await step("left/0")).code).toBe(0);
    const early = await step("merge/0");
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("'merge/0' cannot start")]);
    expect((await step("right/0")).code).toBe(0);
    expect((await step("merge/0")).code).toBe(0);
    const beyond = await step("group/i2");
    expect([beyond.code, beyond.stderr]).toEqual([2, expect.stringContaining("'group/i2' cannot start")]);
    expect(await executed()).toEqual(["left/0", "right/0", "merge/0"]);
  });

  it("is what runs every task with --isolation process, to the same end", async () => {
    const one = await folder.run(["flow.ts", "run", "--isolation", "process", "--max-workers", "4"]);
    const other = await folder.run(["flow.ts", "run"]);
    expect(await artifacts(one.run.pathspec)).toEqual(await artifacts(other.run.pathspec));
  });

  it("registers a run under a given id once", async () => {
    const run = await init(["--run-id", "from-an-engine"]);
    expect(run).toBe("EveryWay/from-an-engine");
    expect(await init(["--run-id", "from-an-engine"])).toBe(run);
  });
});
