import { expect, test } from "vitest";
import { compiledFlow } from "../testing/compiled-flow.js";
import { inProcess } from "../testing/in-process-run.js";
import type { RegionName } from "./region-name.js";

/** A branch, a foreach whose body loops twice, and two loops one after the other. */
const { definition } = compiledFlow(`
  start() { this.next(this.left, this.right); }
  left() { this.next(this.join); }
  right() { this.next(this.join); }
  join(inputs) { this.list = [10, 20, 30]; this.next(this.body, { foreach: this.list }); }
  body(item) { this.value = item; this.rounds = 0; this.next(this.round); }
  round() { this.rounds += 1; this.next(this.more); }
  more() {
    this.isDone = this.rounds === 2;
    this.next({ false: this.round, true: this.gather }, { condition: this.isDone });
  }
  gather(inputs) { this.total = inputs.reduce((sum, { value }) => sum + value, 0); this.count = 0; this.next(this.first); }
  first() {
    this.count += 1;
    this.isOver = this.count === 3;
    this.next({ false: this.first, true: this.second }, { condition: this.isOver });
  }
  second() {
    this.count -= 1;
    this.isOver = this.count === 0;
    this.next({ false: this.second, true: this.end }, { condition: this.isOver });
  }
  end() {}`);

/** A run that has come as far as the given task, a region each. */
async function after(...places: readonly (Pick<RegionName, "entry"> & Partial<RegionName>)[]) {
  const flow = inProcess(definition);
  const runId = await flow.init();
  for (const place of places) expect((await flow.region(runId, place)).failure).toBeNull();
  return { flow, runId };
}

const untilBody = { entry: "start", until: "body" };
const items = { entry: "body", items: { from: 0, to: 3 } };
const gather = { entry: "gather", until: "first" };

test.each<[string, Pick<RegionName, "entry"> & Partial<RegionName>, RegExp]>([
  ["an edge enters elsewhere", { entry: "left", steps: ["left", "join"] }, /'right' outside of it leads to 'join'/],
  ["it has several ways out", { entry: "start", steps: ["start", "left"] }, /several ways out: right, join/],
  ["it holds the start elsewhere", { entry: "left", steps: ["left", "start"] }, /'start' can only be its entry/],
  ["the entry is missing", { entry: "left", steps: ["right"] }, /do not include the entry/],
  ["the address names too little", { entry: "body" }, /must name item of join: 1, not 0/],
  ["the address names too much", { entry: "left", address: "i0" }, /'i0' is no address/],
  ["the address is another step's", { entry: "body", address: "r0" }, /'r0' is no address/],
  [
    "no iteration is named and the entry begins no loop",
    { entry: "more", address: "i0" },
    /item of join, iteration of/,
  ],
  ["the loop's way back is missing", { entry: "round", steps: ["round"], address: "i0" }, /'more', which leads back/],
  [
    "it goes on in another loop",
    { entry: "first", steps: ["first", "second"], address: "r0" },
    /'second' lies outside/,
  ],
  ["items are given outside of a foreach", { entry: "left", items: { from: 0, to: 1 } }, /must name nothing: 0, not 1/],
  ["items are given for a loop", { entry: "first", items: { from: 0, to: 1 } }, /the entry is in no foreach there/],
  ["nothing leads to its end", { entry: "join", until: "start" }, /no way leads from it to 'start'/],
])("no region: %s", async (_, place, message) => {
  const { flow, runId } = await after();
  await expect(flow.region(runId, place)).rejects.toThrow(message);
  expect((await flow.records(runId)).size).toBe(0);
});

test("a loop's head runs the whole loop, or one iteration where the address names it", async () => {
  const { flow, runId } = await after(untilBody, { entry: "body", steps: ["body"], items: { from: 0, to: 3 } });
  expect((await flow.region(runId, { entry: "round", address: "i0-r0" })).exits).toEqual([
    { step: "round", task: "i0-r1" },
  ]);
  expect((await flow.region(runId, { entry: "round", address: "i0-r1" })).exits).toEqual([
    { step: "gather", task: "0" },
  ]);
  const whole = await flow.region(runId, { entry: "round", address: "i1" });
  expect(whole).toMatchObject({ counts: { successful: 4 }, exits: [{ step: "gather", task: "0" }] });
});

test("a loop that another one follows ends where it ends", async () => {
  const { flow, runId } = await after(untilBody, items, gather);
  const iteration = await flow.region(runId, { entry: "first", address: "r0" });
  expect(iteration.exits).toEqual([{ step: "first", task: "r1" }]);
  const loop = await flow.region(runId, { entry: "first", until: "second" });
  expect(loop).toMatchObject({ counts: { successful: 2, carriedOver: 1 }, exits: [{ step: "second", task: "r0" }] });
  const last = await flow.region(runId, { entry: "second", address: "r2" }).catch((error: Error) => error);
  expect(last).toMatchObject({ status: "failed", failure: { error: { code: "MF_INPUTS_NOT_FOUND" } } });
});

test("a batch ends with the last item, and one beyond it is refused", async () => {
  const { flow, runId } = await after(untilBody);
  const last = await flow.region(runId, { entry: "body", items: { from: 2, to: 20 } });
  expect(last).toMatchObject({ status: "successful", counts: { successful: 5 } });
  const beyond = flow.region(runId, { entry: "body", items: { from: 3, to: 20 } });
  await expect(beyond).rejects.toThrow(/the foreach of 'join' has 3 items, and none from 3 on/);
  const single = await flow.region(runId, { entry: "body", address: "i3" });
  expect(single.failure?.error.code).toBe("MF_INPUTS_NOT_FOUND");
});

test("a join whose inputs are not all there fails its region, and succeeds when it is started later", async () => {
  const { flow, runId } = await after(untilBody, { entry: "body", items: { from: 0, to: 2 } });
  const tooEarly = await flow.region(runId, gather);
  expect(tooEarly.failure).toMatchObject({ task: "gather/0", error: { code: "MF_INPUTS_NOT_FOUND" } });
  expect((await flow.store.readRun("TestFlow", runId))?.status).toBe("failed");
  await flow.region(runId, { entry: "body", items: { from: 2, to: 3 } });
  expect((await flow.store.readRun("TestFlow", runId))?.status).toBe("failed");
  expect((await flow.region(runId, gather)).status).toBe("successful");
  expect(await flow.store.readRun("TestFlow", runId)).toMatchObject({ status: "running", failure: null });
});

test("a task that failed gets its next attempt when its region is started again", async () => {
  const { flow, runId } = await after();
  const attempts: number[] = [];
  const before = ({ step, attempt }: { step: string; attempt: number }): void => {
    if (step !== "left") return;
    attempts.push(attempt);
    if (attempt < 2) throw new Error("not yet");
  };
  const statuses: string[] = [];
  for (let k = 0; k < 3; k += 1) statuses.push((await flow.region(runId, untilBody, { before })).status);
  expect([statuses, attempts]).toEqual([
    ["failed", "failed", "successful"],
    [0, 1, 2],
  ]);
});

test("the region that ends the flow ends the run, with the counts of all regions", async () => {
  const { flow, runId } = await after(untilBody, items, gather, { entry: "first", until: "second" });
  expect((await flow.store.readRun("TestFlow", runId))?.status).toBe("running");
  await flow.region(runId, { entry: "second" });
  const counts = { successful: (await flow.records(runId)).size, carriedOver: 0, failed: 0 };
  expect(await flow.store.readRun("TestFlow", runId)).toMatchObject({ status: "successful", counts });
});
