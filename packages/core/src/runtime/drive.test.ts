import { expect, test } from "vitest";
import type { RunEvent } from "../contracts/run-events.js";
import type { TaskSpec } from "../task/task-context.js";
import { compiledFlow } from "../testing/compiled-flow.js";
import { inProcess } from "../testing/in-process-run.js";

const fanOut = (items: number) =>
  inProcess(
    compiledFlow(`
      start() { this.list = Array.from({ length: ${items} }, (_, k) => k); this.next(this.body, { foreach: this.list }); }
      body(item) { this.item = item; this.next(this.join); }
      join(inputs) { this.next(this.end); }
      end() {}`).definition,
  );

test("a run that was told to stop before there is one is none", async () => {
  await expect(fanOut(3).run({ stop: AbortSignal.abort() })).rejects.toMatchObject({ code: "MF_RUN_NOT_STARTED" });
});

test("a run that was told to stop before its first task starts nothing", async () => {
  const flow = fanOut(3);
  const stop = new AbortController();
  const { runId, status } = await flow.run({ stop: stop.signal, onRunId: () => stop.abort() });
  expect(status).toBe("cancelled");
  expect((await flow.records(runId)).size).toBe(0);
});

test("a run that is told to stop starts nothing more, and says so once", async () => {
  const flow = fanOut(5);
  const stop = new AbortController();
  const events: RunEvent[] = [];
  const before = async ({ address }: TaskSpec): Promise<void> => {
    if (address[0] !== 2) return;
    stop.abort();
    await new Promise<never>(() => {});
  };
  const { runId, status } = await flow.run({
    maxWorkers: 1,
    stop: stop.signal,
    before,
    observer: (event) => events.push(event),
  });
  expect(status).toBe("cancelled");
  expect([...(await flow.records(runId)).keys()]).toEqual(["body/i0", "body/i1", "start/0"]);
  expect(events.filter(({ type }) => type === "run.stopping")).toHaveLength(1);
  const record = await flow.store.readFailedAttempt(flow.graph.flow, runId, "body", "i2", 0);
  expect(record?.error?.code).toBe("MF_TASK_STOPPED");
});

test("the first task that fails ends the run: what runs is stopped, what waits never starts", async () => {
  const flow = fanOut(6);
  const started: number[] = [];
  const before = async ({ step, address: [item = 0] }: TaskSpec): Promise<void> => {
    if (step !== "body") return;
    started.push(item);
    if (item === 1) throw new Error("no");
    await new Promise<never>(() => {});
  };
  const { failure, counts } = await flow.run({ maxWorkers: 3, before });
  expect(started).toEqual([0, 1, 2]);
  expect(failure).toMatchObject({ task: "body/i1", error: { message: "no" } });
  expect(counts).toEqual({ successful: 1, carriedOver: 0, failed: 3 });
});

test("a foreach that is wider than the limit fails the run at its split, naming artifact, limit and flag", async () => {
  const { failure } = await fanOut(11).run({ maxNumSplits: 10 });
  expect(failure).toMatchObject({ task: "start/0", error: { code: "MF_FOREACH_TOO_WIDE" } });
  expect(failure?.error.message).toMatch(/'list' has 11 items, more than the limit of 10/);
  expect(failure?.error.fix).toContain("--max-num-splits 11");
  const flow = fanOut(10);
  expect((await flow.run({ maxNumSplits: 10 })).status).toBe("successful");
  // A resume allows what the run that it continues was allowed.
  expect((await flow.resume({ maxNumSplits: 2 })).counts).toEqual({ successful: 0, carriedOver: 13, failed: 0 });
});

test("a task is handed the names of its inputs, however long the way to it", async () => {
  const steps = Array.from({ length: 50 }, (_, k) => `s${k}() { this.next(this.${k === 49 ? "end" : `s${k + 1}`}); }`);
  const flow = inProcess(compiledFlow(`start() { this.next(this.s0); }\n${steps.join("\n")}\nend() {}`).definition);
  const specs: TaskSpec[] = [];
  await flow.run({ before: (spec) => void specs.push(spec) });
  expect(specs.at(-1)?.inputs).toStrictEqual([{ step: "s49", address: [] }]);
});
