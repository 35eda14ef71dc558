/** Runs that are continued where they failed. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { everyTask, everyWayFlow } from "./every-way.js";
import { createFlowFolder, type FinishedRun, type FlowFolder } from "./flow-run.js";

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({ "flow.ts": everyWayFlow });
});

const run = (words: readonly string[] = [], env: Record<string, string> = {}): Promise<FinishedRun> =>
  folder.run(["flow.ts", "run", "--max-workers", "1", ...words], { env });
const resume = (words: readonly string[] = [], env: Record<string, string> = {}): Promise<FinishedRun> =>
  folder.run(["flow.ts", "resume", "--max-workers", "1", ...words], { env });
const started = ({ events }: FinishedRun): string[] =>
  events.flatMap((event) => (event.type === "task.started" ? [`${event.step}/${event.task}`] : []));
const originOf = ({ events }: FinishedRun): unknown =>
  events[0]?.type === "run.started" ? events[0].originRunId : null;
const warnings = ({ events }: FinishedRun): string[] =>
  events.flatMap((event) => (event.type === "run.warning" ? [event.message] : []));
const idOf = ({ run }: FinishedRun): string => run.id;

/** Where each committed task's result came from; null: it was made in this run. */
async function origins(finished: FinishedRun): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  for (const step of new Set(everyTask.map((name) => name.split("/")[0] ?? ""))) {
    for (const task of await finished.tasks(step)) {
      found[`${step}/${task}`] = (await finished.record(step, task))?.originPathspec ?? null;
    }
  }
  return found;
}

describe("resume", () => {
  it.each([
    ["in a branch", "right/0", everyTask.slice(2)],
    // One of three failed: its body runs once.
    ["in a foreach within a foreach", "work/i1-i2", ["work/i1-i2", "collect/i1"]],
    ["in a join within a foreach", "collect/i0", ["collect/i0", "again/i0-r0", "again/i0-r1", "again/i0-r2"]],
    ["in a loop's second iteration", "again/i1-r1", ["again/i1-r1", "again/i1-r2", "join/0", "end/0"]],
    ["in the outer join", "join/0", ["join/0", "end/0"]],
  ])("continues after a failure %s", async (_, failing, again) => {
    const failed = await run([], { FAIL: failing });
    expect([failed.code, failed.finished.failure?.pathspec]).toEqual([1, `${failed.run.pathspec}/${failing}`]);
    const before = await origins(failed);
    const resumed = await resume();
    expect(resumed.code).toBe(0);
    const missing = everyTask.filter((name) => !(name in before));
    expect(started(resumed).toSorted()).toEqual(missing.toSorted());
    expect(missing).toEqual(expect.arrayContaining([...again]));
    expect(missing.filter((name) => name.startsWith("work/"))).toEqual(
      again.filter((name) => name.startsWith("work/")),
    );
    const expected = everyTask.map((name) => [name, name in before ? `${failed.run.pathspec}/${name}` : null]);
    expect(await origins(resumed)).toEqual(Object.fromEntries(expected));
    expect((await resumed.values("join")).all).toEqual(["a1", "a2", "a3", "3", "b1", "b2", "b3", "3"]);
    const counts = { successful: missing.length, carriedOver: Object.keys(before).length, failed: 0 };
    expect(resumed.finished.counts).toEqual(counts);
  });

  it("continues the newest run, a resumed one included, and keeps what the first had come to", async () => {
    const first = await run([], { FAIL: "work/i0-i1" });
    const second = await resume([], { FAIL: "join/0" });
    const third = await resume();
    expect([originOf(second), originOf(third)]).toEqual([idOf(first), idOf(second)]);
    expect(started(third)).toEqual(["join/0", "end/0"]);
    const from = await origins(third);
    expect(from["group/i0"]).toBe(`${first.run.pathspec}/group/i0`);
    expect(from["work/i1-i2"]).toBe(`${second.run.pathspec}/work/i1-i2`);
    const earlier = await resume(["--origin-run-id", idOf(first)]);
    expect([originOf(earlier), started(earlier)]).toEqual([idOf(first), started(second).concat("end/0")]);
  });

  it("runs a step and all after it again where it is told to", async () => {
    const first = await run();
    const resumed = await resume(["collect"]);
    expect(started(resumed)).toEqual(
      expect.arrayContaining(["collect/i0", "collect/i1", "again/i1-r2", "join/0", "end/0"]),
    );
    expect(started(resumed)).toHaveLength(10);
    expect((await origins(resumed))["work/i1-i1"]).toBe(`${first.run.pathspec}/work/i1-i1`);
  });

  it("keeps the origin's parameters, not its tags, and tells tasks which run they continue", async () => {
    const first = await run(["--base", "7", "--tag", "old"], { FAIL: "end/0" });
    const resumed = await resume(["--tag", "new"]);
    expect((await resumed.log("end")).stdout).toBe(`a7,a14,a21,3,b7,b14,b21,3 ${idOf(first)} new\n`);
    expect(await resumed.values("end")).toMatchObject({ base: 7 });
    expect([resumed.run.tags.includes("new"), resumed.run.tags.includes("old")]).toEqual([true, false]);
    const refused = await folder.cli(["flow.ts", "resume", "--base", "8"]);
    expect(refused.code).toBe(2);
  });

  it("gives parameters that are new in the code their default, and lets go of those that are gone", async () => {
    const first = await run(["--base", "7"], { FAIL: "end/0" });
    const renamed = everyWayFlow.replaceAll("base = 1", "factor = 2").replaceAll("this.base", "this.factor");
    await folder.write("renamed.ts", renamed.replace("console.log(", "console.log(this.factor, "));
    const resumed = await folder.run(["renamed.ts", "resume", "--origin-run-id", idOf(first)]);
    expect((await resumed.log("end")).stdout).toMatch(/^2 a7,a14,/);
    expect(resumed.events[0]).toMatchObject({ parameters: { factor: 2 } });
  });

  it("allows a foreach as many items as the run that it continues", async () => {
    const wide = await createFlowFolder({ "flow.ts": everyWayFlow });
    const words = ["flow.ts", "run", "--max-num-splits", "2"];
    const narrow = await wide.run(words);
    expect(narrow.finished.failure?.error.code).toBe("MF_FOREACH_TOO_WIDE");
    const enough = await wide.run(["flow.ts", "run", "--max-num-splits", "3"], { env: { FAIL: "end/0" } });
    const resumed = await wide.run(["flow.ts", "resume", "--max-num-splits", "2", "--origin-run-id", idOf(enough)]);
    expect(resumed.code).toBe(0);
  });

  it("refuses code that requires a parameter which the run does not have", async () => {
    const first = await run([], { FAIL: "end/0" });
    const required = '@parameter({ type: "string", required: true }) region!: string;\n  @step start()';
    expect(everyWayFlow).toContain("@step start()");
    await folder.write("required.ts", everyWayFlow.replace("@step start()", required));
    const refused = await folder.cli(["required.ts", "resume", "--origin-run-id", idOf(first)]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("MF_RESUME_PARAMETER_MISSING");
    expect(refused.stderr).toContain("'region'");
  });

  it("continues a run whose process was killed", async () => {
    const killed = folder.start(["flow.ts", "run", "--max-workers", "1"], { env: { SLOW: "again/i0-r1" } });
    await killed.waitFor("/again/i0-r1] started");
    killed.child.kill("SIGKILL");
    await killed.result;
    const resumed = await resume();
    expect(resumed.code).toBe(0);
    expect(started(resumed)).not.toContain("again/i0-r0");
    expect(started(resumed)).toEqual(expect.arrayContaining(["again/i0-r1", "again/i0-r2", "join/0", "end/0"]));
  });

  it("says so where nothing was left to run, and how to run a step again", async () => {
    const done = await run();
    const again = await resume();
    expect(again.finished.counts.successful).toBe(0);
    expect(warnings(again)).toEqual([
      `Nothing was left to run after ${done.run.pathspec}; name a step to run it and what follows again: resume <step>.`,
    ]);
    expect((await folder.cli(["flow.ts", "resume"])).stderr).toMatch(/^Warning: Nothing was left to run after /);
    expect(warnings(await resume(["end"]))).toEqual([]);
  });

  it("warns where the newest run is one of another file", async () => {
    const two = await createFlowFolder({ "a/flow.ts": everyWayFlow, "b/flow.ts": everyWayFlow });
    const failed = await two.run(["a/flow.ts", "run"], { env: { FAIL: "join/0" } });
    const resumed = await two.run(["b/flow.ts", "resume"]);
    expect(resumed.code).toBe(0);
    expect(resumed.events.slice(0, 2)).toMatchObject([{ type: "run.started" }, { type: "run.warning" }]);
    const message = warnings(resumed).join();
    for (const file of ["a/flow.ts", "b/flow.ts"]) expect(message).toContain(join(two.path, file));
    expect(message).toContain(failed.run.pathspec);
    const named = await two.run(["b/flow.ts", "resume", "--origin-run-id", idOf(failed)]);
    expect(warnings(named)).toEqual([]);
  });

  it("refuses a run or a step that is not there, and leaves nothing behind", async () => {
    const runsNow = async () => (await folder.cli(["runs", "--json"])).lines.length;
    const before = await runsNow();
    const unknown = await folder.cli(["flow.ts", "resume", "--origin-run-id", "123"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toMatch(/Flow EveryWay has no run '123'\. Nearest: \d{16}, \d{16}, \d{16}\./);
    const noStep = await folder.cli(["flow.ts", "resume", "nowhere"]);
    expect(noStep.code).toBe(2);
    expect(noStep.stderr).toMatch(/no step 'nowhere' to resume from; its steps are start, /);
    expect(await runsNow()).toBe(before);
    const empty = await createFlowFolder({ "flow.ts": everyWayFlow });
    const nothing = await empty.cli(["flow.ts", "resume"]);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain("Flow EveryWay has no run that could be resumed.");
    expect(await readdir(empty.path)).toEqual(["flow.ts"]);
  });
});
