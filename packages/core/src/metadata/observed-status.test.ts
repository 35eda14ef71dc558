import { expect, it } from "vitest";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { exampleRun } from "../testing/example-records.js";
import { observedStatus, observeRun } from "./observed-status.js";
import { currentProcess } from "./process-identity.js";

const NOW = 1_700_000_600_000;
const run = exampleRun({ startedAt: NOW - 500_000 });
const beat = (age: number, interval = 10_000) =>
  ({ version: 1, at: NOW - age, interval, running: [], finished: 0 }) as const;

it("is what the record says once the run has ended", () => {
  for (const status of ["successful", "failed", "cancelled"] as const) {
    expect(observedStatus(exampleRun({ status }), beat(1e6), NOW, "gone")).toBe(status);
  }
});

it("goes by the process where that can be seen", () => {
  expect(observedStatus(run, beat(1e6), NOW, "alive")).toBe("running");
  expect(observedStatus(run, beat(0), NOW, "gone")).toBe("dead");
});

it("goes by the heartbeat where it cannot", () => {
  expect(observedStatus(run, beat(44_000), NOW, "unknown")).toBe("running");
  expect(observedStatus(run, beat(46_000), NOW, "unknown")).toBe("dead");
  expect(observedStatus(run, beat(46_000, 20_000), NOW, "unknown")).toBe("running");
  expect(observedStatus(run, beat(-5_000), NOW, "unknown")).toBe("running");
});

it("gives a run that has not beaten yet a minute", () => {
  expect(observedStatus(exampleRun({ startedAt: NOW - 59_000 }), null, NOW, "unknown")).toBe("running");
  expect(observedStatus(exampleRun({ startedAt: NOW - 61_000 }), null, NOW, "unknown")).toBe("dead");
});

it("is not dead where the end was written a moment before the process went", async () => {
  const store = createRecordStore(createMemoryDatastore());
  const owner = { ...currentProcess(), startMark: "gone-1", pid: 2 ** 22 + 1 };
  await store.createRun({ ...run, owner });
  const { flow, runId } = run;
  expect(await observeRun(store, flow, "none")).toBeNull();
  expect((await observeRun(store, flow, runId))?.status).toBe("dead");
  const readHeartbeat: typeof store.readHeartbeat = async (...at) => {
    await store.updateRun(flow, runId, (record) => ({ ...record, status: "successful" }));
    return store.readHeartbeat(...at);
  };
  const seen = await observeRun({ ...store, readHeartbeat }, flow, runId);
  expect([seen?.status, seen?.record.status]).toEqual(["successful", "successful"]);
});
