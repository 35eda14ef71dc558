import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { OpenObserver } from "../../contracts/observer.js";
import type { RunEvent } from "../../contracts/run-events.js";
import { createObserverQueue } from "./observer-queue.js";

const warning = (at: number): RunEvent => ({ type: "run.warning", at, message: "" });
const line = (at: number): RunEvent => ({
  ...{ type: "task.log", at, pathspec: "F/1/s/0", step: "s", task: "0", attempt: 0 },
  ...{ stream: "stdout", line: "" },
});

function queueOf(observer: OpenObserver | Promise<OpenObserver>, closeMs = 50) {
  const warnings: string[] = [];
  const queue = createObserverQueue({
    name: "test",
    open: () => observer,
    warn: (message) => warnings.push(message),
    closeMs,
  });
  return { queue, warnings };
}

it("gives events in order, a batch at a time, also those that came before it was open", async () => {
  const batches: number[][] = [];
  let busy = 0;
  const opened = turn().then(() => ({
    async observe(events: readonly RunEvent[]) {
      expect(++busy).toBe(1);
      await turn();
      batches.push(events.map(({ at }) => at));
      busy -= 1;
    },
  }));
  const { queue, warnings } = queueOf(opened, 5000);
  for (let at = 0; at < 250; at++) queue.push(warning(at));
  await turn();
  for (let at = 250; at < 300; at++) queue.push(warning(at));
  await queue.close();
  expect(batches.flat()).toEqual(Array.from({ length: 300 }, (_, at) => at));
  expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(warnings).toEqual([]);
});

it("warns once about one that fails, and gives it up after three failures in a row", async () => {
  let calls = 0;
  const { queue, warnings } = queueOf({
    observe() {
      calls += 1;
      throw new TypeError("no server");
    },
  });
  for (let at = 0; at < 10; at++) {
    queue.push(warning(at));
    await turn();
  }
  await queue.close();
  expect(calls).toBe(3);
  expect(warnings).toEqual(["The observer 'test' failed: TypeError: no server."]);
});

it("goes on after a failure that does not come back", async () => {
  const seen: number[] = [];
  const { queue } = queueOf({
    observe([event]) {
      if (event?.at === 1) throw new Error("once");
      seen.push(event?.at ?? -1);
    },
  });
  for (let at = 0; at < 4; at++) {
    queue.push(warning(at));
    await turn();
  }
  await queue.close();
  expect(seen).toEqual([0, 2, 3]);
});

it.each<[string, OpenObserver, string]>([
  ["that never ends its work", { observe: () => new Promise(() => {}) }, "did not end within 50 ms"],
  ["that never closes", { observe: () => {}, close: () => new Promise(() => {}) }, "did not end within 50 ms"],
  [
    "whose closing fails",
    { observe: () => {}, close: () => Promise.reject(new Error("no")) },
    "failed when it was closed",
  ],
])("closes in time one %s", async (_, observer, problem) => {
  const { queue, warnings } = queueOf(observer);
  queue.push(warning(1));
  await queue.close();
  expect(warnings).toEqual([expect.stringContaining(problem)]);
});

it("warns about one that cannot be opened", async () => {
  const { queue, warnings } = queueOf(Promise.reject(new Error("no key")));
  queue.push(warning(1));
  await queue.close();
  expect(warnings).toEqual(["The observer 'test' could not be opened: Error: no key. It gets no further events."]);
});

it("leaves out lines of logs for one that is slow, and nothing else", async () => {
  const seen: RunEvent[] = [];
  let release = (): void => {};
  const gate = new Promise<void>((done) => {
    release = done;
  });
  const { queue, warnings } = queueOf(
    {
      async observe(events) {
        await gate;
        seen.push(...events);
      },
    },
    5000,
  );
  await turn();
  for (let at = 0; at < 20_000; at++) queue.push(at % 2 === 0 ? line(at) : warning(at));
  release();
  await queue.close();
  expect(seen.filter(({ type }) => type === "run.warning")).toHaveLength(10_000);
  expect(seen.length).toBeLessThan(16_000);
  expect(warnings).toEqual(["The observer 'test' cannot keep up: lines of logs are left out."]);
});
