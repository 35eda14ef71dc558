import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GangRef } from "../contracts/gang.js";
import type { TaskRecord } from "../contracts/records.js";
import { exampleTask } from "../testing/example-records.js";
import { mortalDatastore } from "../testing/mortal-datastore.js";
import { seededPick } from "../testing/seeded-pick.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { createRecordStore } from "./record-store.js";

const gangOf = (nodes: number, outer = ""): GangRef => ({
  flow: "TrainFlow",
  runId: "1700000000000000",
  step: "train",
  tasks: Array.from({ length: nodes }, (_, node) => `${outer}i${node}`),
});

/** A result that tells its start. */
const result = (task: string, start: string): TaskRecord => exampleTask({ task, foreach: [], originPathspec: start });

describe("a gang", () => {
  const gang = gangOf(11, "i3-r0-");

  it("is committed when the last of its results is there, all at once", async () => {
    const records = createRecordStore(createMemoryDatastore());
    for (const task of gang.tasks) {
      expect(await records.commitGang(gang, "0-a")).toBeNull();
      expect(await records.completeGang(gang)).toBe(false);
      expect(await records.listTasks(gang.flow, gang.runId, gang.step)).toEqual([]);
      await records.saveGangResult(gang, "0-a", result(task, "a"));
    }
    expect(await records.commitGang(gang, "0-a")).toBe("0-a");
    expect(await records.listTasks(gang.flow, gang.runId, gang.step)).toEqual(gang.tasks);
    expect(await records.readTask(gang.flow, gang.runId, gang.step, "i3-r0-i7")).toEqual(result("i3-r0-i7", "a"));
  });

  it("counts results of one start only, whatever the starts are called", async () => {
    const records = createRecordStore(createMemoryDatastore());
    const pair = gangOf(2);
    await records.saveGangResult(pair, "1", result("i0", "1"));
    await records.saveGangResult(pair, "1.i0", result("i1", "1.i0"));
    await records.saveGangResult(pair, "11", result("i1", "11"));
    for (const start of ["1", "1.i0", "11"]) expect(await records.commitGang(pair, start)).toBeNull();
  });

  it("says which start counts to one that came later", async () => {
    const records = createRecordStore(createMemoryDatastore());
    for (const start of ["one", "two"]) {
      for (const task of gang.tasks) await records.saveGangResult(gang, start, result(task, start));
      expect(await records.commitGang(gang, start)).toBe("one");
    }
    const [first] = await records.readTasks(gang.flow, gang.runId, [{ step: gang.step, task: "i3-r0-i0" }]);
    expect(first?.originPathspec).toBe("one");
  });

  it("is damaged where a result of its start is gone", async () => {
    const datastore = createMemoryDatastore();
    const records = createRecordStore(datastore);
    const pair = gangOf(2);
    for (const task of pair.tasks) await records.saveGangResult(pair, "s", result(task, "s"));
    await records.commitGang(pair, "s");
    for (const key of (await datastore.list("flows/")).keys) {
      if (/\/tasks\/|s\.i1\.json$/.test(key)) await datastore.delete(key);
    }
    await expect(records.completeGang(pair)).rejects.toMatchObject({ code: "MF_RECORD_MISSING" });
  });
});

const lives = fc.record({
  nodes: fc.integer({ min: 1, max: 5 }),
  starts: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(),
});

it("processes of any starts that are killed anywhere leave records of one start, all of them or none", async () => {
  await fc.assert(
    fc.asyncProperty(lives, async ({ nodes, starts, seed }) => {
      const datastore = createMemoryDatastore();
      const gang = gangOf(nodes);
      const pick = seededPick(seed);
      const turn = async (): Promise<void> => {
        for (let turns = pick(4); turns > 0; turns -= 1) await null;
      };
      /** All starts at once, each task in a process that may die. */
      const processes = Array.from({ length: starts }, (_, k) => `start-${k}`).flatMap((start) =>
        gang.tasks.map((task) => {
          const records = createRecordStore(mortalDatastore(datastore, pick(4) === 0 ? pick(nodes + 3) : 1000, turn));
          return records.saveGangResult(gang, start, result(task, start)).then(() => records.commitGang(gang, start));
        }),
      );
      void Promise.all(processes);
      const store = createRecordStore(datastore);
      const seen = async (): Promise<readonly (string | null | undefined)[]> => {
        const tasks = gang.tasks.map((task) => ({ step: gang.step, task }));
        return (await store.readTasks(gang.flow, gang.runId, tasks)).map((record) => record?.originPathspec);
      };
      const counting = new Set<unknown>();
      for (let look = 0; look < 60; look += 1) {
        await new Promise((later) => setImmediate(later));
        for (const start of await seen()) if (start !== undefined) counting.add(start);
      }
      expect(counting.size).toBeLessThan(2);
      const isCommitted = await store.completeGang(gang);
      if (counting.size === 1) expect(isCommitted).toBe(true);
      const last = new Set(await seen());
      expect(last.size).toBe(1);
      expect(last.has(undefined)).toBe(!isCommitted);
      // Whoever starts it once more ends it.
      for (const task of gang.tasks) await store.saveGangResult(gang, "last", result(task, "last"));
      const counts = await store.commitGang(gang, "last");
      expect(new Set(await seen())).toEqual(new Set([counts]));
    }),
    { numRuns: 150 },
  );
}, 30_000);
