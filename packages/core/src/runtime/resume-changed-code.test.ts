import { expect, test } from "vitest";
import { taskId } from "../graph/addresses.js";
import type { TaskSpec } from "../task/task-context.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { inProcess } from "../testing/in-process-run.js";

/** A branch that joins and a foreach after it; every step adds its name. */
const original = `
  path = [];
  start() { this.path = ["start"]; this.next(this.left, this.right); }
  left() { this.path = [...this.path, "left"]; this.next(this.join); }
  right() { this.path = [...this.path, "right"]; this.next(this.join); }
  join(inputs) { this.path = inputs.map(({ path }) => path.at(-1)); this.next(this.middle); }
  middle() { this.list = [1, 2]; this.next(this.body, { foreach: this.list }); }
  body(item) { this.item = item; this.next(this.gather); }
  gather(inputs) { this.items = inputs.map(({ item }) => item); this.next(this.end); }
  end() { this.isOver = true; }`;

/** Runs the original until its end fails, and resumes it with changed code: what ran then, and what it left. */
async function resumeChanged(...changes: readonly (readonly [from: string, to: string])[]) {
  const before = inProcess(compiledFlow(original).definition);
  const failEnd = ({ step }: TaskSpec): void => {
    if (step === "end") throw new Error("fails in this run");
  };
  expect((await before.run({ before: failEnd })).failure?.task).toBe("end/0");
  const code = changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, original);
  const changed = inProcess(compiledFlow(code).definition, before.datastore);
  const executed: string[] = [];
  const note = ({ step, address }: TaskSpec): void => {
    executed.push(`${step}/${taskId(changed.graph, step, address)}`);
  };
  const { runId, failure } = await changed.resume({ before: note, maxWorkers: 1 });
  expect(failure).toBeNull();
  return { executed, artifacts: await changed.artifacts(runId) };
}

test("the same code: only what failed runs", async () => {
  const { executed } = await resumeChanged();
  expect(executed).toEqual(["end/0"]);
});

test("what a step chose no longer exists: it runs again, and all after it", async () => {
  const { executed } = await resumeChanged(
    ["this.next(this.body, {", "this.next(this.part, {"],
    ["body(item)", "part(item)"],
  );
  expect(executed).toEqual(["middle/0", "part/i0", "part/i1", "gather/0", "end/0"]);
});

test("a step in between: the one before it runs again, since it leads elsewhere", async () => {
  const added = "extra() { this.next(this.middle); }\n  middle()";
  const { executed, artifacts } = await resumeChanged(
    ["this.next(this.middle);", "this.next(this.extra);"],
    ["middle()", added],
  );
  expect(executed).toEqual(["join/0", "extra/0", "middle/0", "body/i0", "body/i1", "gather/0", "end/0"]);
  expect(artifacts.get("join/0")?.path).toEqual(["left", "right"]);
});

test("a branch more: the split runs again, and with it the new branch", async () => {
  const { executed, artifacts } = await resumeChanged(
    ["this.next(this.left, this.right)", "this.next(this.left, this.right, this.third)"],
    ["left() {", `third() { this.path = [...this.path, "third"]; this.next(this.join); }\n  left() {`],
  );
  expect(executed.slice(0, 5)).toEqual(["start/0", "left/0", "right/0", "third/0", "join/0"]);
  expect(artifacts.get("join/0")?.path).toEqual(["left", "right", "third"]);
});

test("a branch less: the split runs again", async () => {
  const { executed } = await resumeChanged(
    ["this.next(this.left, this.right)", "this.next(this.left)"],
    [`right() { this.path = [...this.path, "right"]; this.next(this.join); }`, ""],
    ["join(inputs) { this.path = inputs.map(({ path }) => path.at(-1));", "join() {"],
  );
  expect(executed.slice(0, 3)).toEqual(["start/0", "left/0", "join/0"]);
});

test("the same branches in another order: the branches are kept, and joined anew", async () => {
  const { executed, artifacts } = await resumeChanged([
    "this.next(this.left, this.right)",
    "this.next(this.right, this.left)",
  ]);
  expect(executed.slice(0, 2)).toEqual(["join/0", "middle/0"]);
  expect(artifacts.get("join/0")?.path).toEqual(["right", "left"]);
});

test("another kind of transition to the same step: it runs again", async () => {
  const { executed } = await resumeChanged([
    "this.next(this.middle);",
    "this.kind = 1; this.next({ 1: this.middle, 2: this.end }, { condition: this.kind });",
  ]);
  expect(executed[0]).toBe("join/0");
});

test("other code within the steps: what finished is kept as it was", async () => {
  const { executed, artifacts } = await resumeChanged(["this.list = [1, 2];", "this.list = [3, 4, 5];"]);
  expect(executed).toEqual(["end/0"]);
  expect(artifacts.get("gather/0")?.items).toEqual([1, 2]);
});

/** Fails the tasks of a step. */
const failingAt = (name: string) => ({
  before({ step }: TaskSpec): void {
    if (step === name) throw new Error("fails in this run");
  },
});

test("a resume of a resume takes nothing that came from results which were made anew in between", async () => {
  const before = inProcess(compiledFlow(original).definition);
  await before.run(failingAt("end"));
  // The branch goes by another name: the split and all after it run again, and what the first run had is of no use.
  const changed = inProcess(compiledFlow(original.replaceAll("right", "other")).definition, before.datastore);
  expect((await changed.resume(failingAt("middle"))).failure?.task).toBe("middle/0");
  const executed: string[] = [];
  await changed.resume({ before: ({ step }) => void executed.push(step) });
  expect(executed).toEqual(["middle", "body", "body", "gather", "end"]);
});

test("what a resume was told to run again is not taken from the run before it", async () => {
  const flow = inProcess(compiledFlow(original).definition);
  await flow.run();
  await flow.resume({ fromStep: "middle", ...failingAt("middle") });
  const executed: string[] = [];
  await flow.resume({ before: ({ step }) => void executed.push(step) });
  expect(executed).toEqual(["middle", "body", "body", "gather", "end"]);
});
