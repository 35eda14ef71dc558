import { expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { exampleRun, exampleTask } from "../testing/example-records.js";
import { callsOf } from "./datastore-calls.js";
import { noteReads, recordsKnowing } from "./known-objects.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { createRecordStore } from "./record-store.js";

const { flow, runId } = exampleRun();

/** A datastore with a run and a task, and the keys that were read of it. */
async function watched(task = exampleTask()) {
  const datastore = createMemoryDatastore();
  const records = createRecordStore(datastore);
  await records.createRun(exampleRun());
  await records.commitTask(task);
  const reads: string[] = [];
  const counted: Datastore = {
    ...callsOf(datastore),
    get(key, options) {
      reads.push(key);
      return datastore.get(key, options);
    },
  };
  return { counted, reads, task };
}

it("lets a second process do without what the first one read, once", async () => {
  const { counted, reads, task } = await watched();
  const { records, noted } = noteReads(counted);
  const first = [await records.readRun(flow, runId), await records.readTask(flow, runId, task.step, task.task)];
  const sent = JSON.parse(JSON.stringify(noted())) as ReturnType<typeof noted>;
  reads.length = 0;
  const knowing = recordsKnowing(counted, sent);
  const second = [await knowing.readRun(flow, runId), await knowing.readTask(flow, runId, task.step, task.task)];
  expect(second).toEqual(first);
  expect(reads).toEqual([]);
  await knowing.readRun(flow, runId);
  expect(reads).toHaveLength(1);
});

it("sees what was changed meanwhile when it changes it, too", async () => {
  const { counted } = await watched();
  const { records, noted } = noteReads(counted);
  await records.readRun(flow, runId);
  await records.updateRun(flow, runId, (run) => ({ ...run, tags: ["other"] }));
  const knowing = recordsKnowing(counted, noted());
  const updated = await knowing.updateRun(flow, runId, (run) => ({ ...run, user: "eve" }));
  expect([updated.tags, updated.user]).toEqual([["other"], "eve"]);
});

it("does not keep what is absent, nor what is large", async () => {
  const { counted, task } = await watched(exampleTask({ inputs: [`start/${"x".repeat(300_000)}`] }));
  const { records, noted } = noteReads(counted);
  expect(await records.readTask(flow, runId, task.step, task.task)).not.toBeNull();
  expect(await records.readTask(flow, runId, "none", "0")).toBeNull();
  expect(Object.keys(noted())).toEqual(["format.json"]);
});
