import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { exampleRun, exampleTask } from "../testing/example-records.js";
import { FORMAT_KEY, heartbeatKey, logKey, runKey, taskKey } from "./key-layout.js";
import { createLocalDatastore } from "./local-datastore.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { createRecordStore } from "./record-store.js";

const [FLOW, RUN] = [exampleRun().flow, exampleRun().runId];
const BEAT = { version: 1, at: 1_700_000_000_000, interval: 5000, running: [], finished: 3 } as const;

function opened() {
  const datastore = createMemoryDatastore();
  return { datastore, store: createRecordStore(datastore) };
}

async function collect(chunks: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

describe("runs", () => {
  it("are created once and read back", async () => {
    const { store } = opened();
    expect(await store.readRun(FLOW, RUN)).toBeNull();
    expect(await store.createRun(exampleRun())).toBe(true);
    expect(await store.createRun(exampleRun({ user: "another" }))).toBe(false);
    expect(await store.readRun(FLOW, RUN)).toEqual(exampleRun());
    expect(await store.readRun("OtherFlow", RUN)).toBeNull();
  });

  it("are listed newest first, in pages, whatever their ids look like", async () => {
    const { store } = opened();
    const runs = ["b", "c", "a", "kubeflow/run 7"].map((runId, i) => exampleRun({ runId, startedAt: 1e12 + i * 1000 }));
    for (const run of runs.toReversed()) await store.createRun(run);
    await store.createRun(exampleRun({ flow: "OtherFlow", runId: "z" }));
    const first = await store.listRuns(FLOW, { limit: 3 });
    expect(first.items).toEqual(["kubeflow/run 7", "a", "c"]);
    const second = await store.listRuns(FLOW, { limit: 3, cursor: first.cursor });
    expect(second).toEqual({ items: ["b"], cursor: undefined });
    expect(await store.listRuns("NoFlow")).toEqual({ items: [], cursor: undefined });
  });

  it("are listed even where the process that created them was killed before it could", async () => {
    const { datastore, store } = opened();
    const dying: Datastore = {
      ...datastore,
      put: async (key, body, options) => {
        if (key.includes("/index/")) throw new Error("killed");
        return datastore.put(key, body, options);
      },
    };
    await expect(createRecordStore(dying).createRun(exampleRun())).rejects.toThrow("killed");
    expect((await store.listRuns(FLOW)).items).toEqual([]);
    expect(await store.createRun(exampleRun({ user: "the second start" }))).toBe(false);
    expect((await store.listRuns(FLOW)).items).toEqual([RUN]);
    expect((await store.readRun(FLOW, RUN))?.user).toBe("ada");
  });

  it("belong to flows that are listed by name", async () => {
    const { store } = opened();
    for (const flow of ["b", "A", "Über/Flow"]) await store.createRun(exampleRun({ flow }));
    expect(await store.listFlows()).toEqual(["A", "b", "Über/Flow"]);
    expect(await opened().store.listFlows()).toEqual([]);
  });

  it("lose no change where many make one at once", async () => {
    const { store } = opened();
    await store.createRun(exampleRun({ tags: [] }));
    const add = (tag: string) => store.updateRun(FLOW, RUN, (run) => ({ ...run, tags: [...run.tags, tag] }));
    const tags = Array.from({ length: 20 }, (_, i) => `tag${i}`);
    await Promise.all(tags.map(add));
    expect((await store.readRun(FLOW, RUN))?.tags.toSorted()).toEqual(tags.toSorted());
  });

  it("are not written where nothing changes, and must exist", async () => {
    const { datastore, store } = opened();
    await store.createRun(exampleRun());
    const before = await datastore.head(runKey(FLOW, RUN));
    expect(await store.updateRun(FLOW, RUN, (run) => run)).toEqual(exampleRun());
    expect(await datastore.head(runKey(FLOW, RUN))).toEqual(before);
    await expect(store.updateRun(FLOW, "2", (run) => run)).rejects.toMatchObject({
      code: "MF_RECORD_MISSING",
      where: { flow: FLOW, run: "2" },
    });
  });

  it("that change all the time are given up in the end", async () => {
    const { datastore, store } = opened();
    await store.createRun(exampleRun());
    const put: Datastore["put"] = async () => ({ written: false });
    const restless = createRecordStore({ ...datastore, put });
    const fast = Math.random;
    Math.random = () => 0;
    const update = restless.updateRun(FLOW, RUN, (run) => ({ ...run, status: "failed" }));
    await expect(update).rejects.toMatchObject({ code: "MF_RECORD_CONTENDED" });
    Math.random = fast;
  });
});

describe("tasks", () => {
  it("are committed once, whichever attempt", async () => {
    const { store } = opened();
    const at = [FLOW, RUN, "train", "i3"] as const;
    expect(await store.readTask(...at)).toBeNull();
    expect(await store.commitTask(exampleTask({ attempt: 1 }))).toBe(true);
    expect(await store.commitTask(exampleTask({ attempt: 2 }))).toBe(false);
    expect(await store.readTask(...at)).toEqual(exampleTask({ attempt: 1 }));
  });

  it("are read many at once, in the order asked", async () => {
    const { store } = opened();
    for (const task of ["i0", "i2"]) await store.commitTask(exampleTask({ task }));
    const asked = ["i2", "i1", "i0", "i2"].map((task) => ({ step: "train", task }));
    const read = await store.readTasks(FLOW, RUN, asked);
    expect(read.map((record) => record?.task ?? null)).toEqual(["i2", null, "i0", "i2"]);
  });

  it("are listed by step, in numeric order, also by the beginning of their ids", async () => {
    const { store } = opened();
    const ids = ["i0-r0", "i0-r1", "i1-r0", "i2-r9", "i2-r10", "i10-r0", "i11-r0"];
    for (const task of ids.toReversed()) await store.commitTask(exampleTask({ task }));
    await store.commitTask(exampleTask({ step: "start", task: "0" }));
    expect(await store.listTasks(FLOW, RUN, "train")).toEqual(ids);
    expect(await store.listTasks(FLOW, RUN, "train", "i2-")).toEqual(["i2-r9", "i2-r10"]);
    expect(await store.listTasks(FLOW, RUN, "train", "i1")).toEqual(["i1-r0", "i10-r0", "i11-r0"]);
    expect(await store.listTasks(FLOW, RUN, "none")).toEqual([]);
    expect(await store.listSteps(FLOW, RUN)).toEqual(["start", "train"]);
    expect(await store.listSteps(FLOW, "2")).toEqual([]);
  });

  it("keep every failed attempt, listed by run or step, without the others", async () => {
    const { store } = opened();
    const failed = (task: string, attempt: number, step = "train") =>
      store.saveFailedAttempt(exampleTask({ step, task, attempt, status: "failed", transition: null }));
    for (const [task, attempt] of [
      ["i3", 0],
      ["i3", 1],
      ["i7", 0],
    ] as const)
      await failed(task, attempt);
    await failed("0", 0, "join");
    await store.commitTask(exampleTask());
    const all = await store.listFailedAttempts(FLOW, RUN);
    expect(all.items).toHaveLength(4);
    const ofStep = await store.listFailedAttempts(FLOW, RUN, { step: "train", limit: 2 });
    expect(ofStep.items).toEqual([
      { step: "train", task: "i3", attempt: 0 },
      { step: "train", task: "i3", attempt: 1 },
    ]);
    const rest = await store.listFailedAttempts(FLOW, RUN, { step: "train", limit: 2, cursor: ofStep.cursor });
    expect(rest.items).toEqual([{ step: "train", task: "i7", attempt: 0 }]);
    expect((await store.readFailedAttempt(FLOW, RUN, "train", "i3", 1))?.attempt).toBe(1);
    expect(await store.readFailedAttempt(FLOW, RUN, "train", "i3", 2)).toBeNull();
  });

  it("of 10,000 are read and listed within seconds from a disk", { timeout: 30_000 }, async () => {
    const root = mkdtempSync(join(tmpdir(), "metaflow-records-"));
    try {
      const store = createRecordStore(createLocalDatastore(root));
      const ids = Array.from({ length: 10_000 }, (_, i) => `i${i}`);
      for (const task of ids) await store.commitTask(exampleTask({ task }));
      let turns = 0;
      const timer = setInterval(() => turns++, 5);
      const started = performance.now();
      expect(await store.listTasks(FLOW, RUN, "train")).toEqual(ids);
      const read = await store.readTasks(
        FLOW,
        RUN,
        ids.map((task) => ({ step: "train", task })),
      );
      const elapsed = performance.now() - started;
      clearInterval(timer);
      expect(read.map((record) => record?.task)).toEqual(ids);
      expect(elapsed).toBeLessThan(5_000);
      expect(turns, "others get their turn meanwhile").toBeGreaterThan(elapsed / 50);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe("heartbeats", () => {
  it("replace one another", async () => {
    const { store } = opened();
    expect(await store.readHeartbeat(FLOW, RUN)).toBeNull();
    await store.writeHeartbeat(FLOW, RUN, BEAT);
    await store.writeHeartbeat(FLOW, RUN, { ...BEAT, finished: 4 });
    expect(await store.readHeartbeat(FLOW, RUN)).toEqual({ ...BEAT, finished: 4 });
  });
});

describe("logs", () => {
  const log = { flow: FLOW, runId: RUN, step: "train", task: "i3", attempt: 0 };

  it("come back chunk by chunk, from any one on", async () => {
    const { store } = opened();
    expect(await collect(store.readLogChunks(log))).toEqual([]);
    const chunks = Array.from({ length: 40 }, (_, i) => (i === 5 ? "" : `line ${i} 😀\n`));
    for (const [i, chunk] of chunks.entries()) await store.writeLogChunk(log, i, chunk);
    await store.writeLogChunk({ ...log, task: "i31" }, 0, "another's");
    await store.writeLogChunk({ ...log, attempt: 1 }, 0, "another attempt's");
    expect(await collect(store.readLogChunks(log))).toEqual(chunks);
    expect(await collect(store.readLogChunks(log, 37))).toEqual(chunks.slice(37));
    expect(await collect(store.readLogChunks(log, 40))).toEqual([]);
  });
});

describe("what cannot be understood", () => {
  const key = taskKey(FLOW, RUN, "train", "i3");
  const stored = async (content: string | Uint8Array) => {
    const { datastore, store } = opened();
    await datastore.put(key, Buffer.from(content));
    return store.readTask(FLOW, RUN, "train", "i3");
  };

  it.each([
    ["no JSON", "{", /no JSON text/],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), /no JSON text/],
    ["empty", "", /no JSON text/],
    ["a list", "[]", /no JSON object/],
    ["without a version", JSON.stringify({ ...exampleTask(), version: undefined }), /no version/],
    ["another task's", JSON.stringify(exampleTask({ task: "i4" })), /'task' is not that of its key/],
    ["a failed attempt's", JSON.stringify(exampleTask({ status: "failed" })), /'status'/],
    ["without artifacts", JSON.stringify({ ...exampleTask(), artifacts: undefined }), /'artifacts' is missing/],
  ])("is damaged where it is %s", async (_, content, message) => {
    const expected = { code: "MF_RECORD_CORRUPT", message: expect.stringMatching(message) };
    await expect(stored(content)).rejects.toMatchObject(expected);
    await expect(stored(content)).rejects.toThrow(key);
  });

  it("is too new where it says so, with whatever else it holds", async () => {
    const newer = JSON.stringify({ version: 2, everything: "else" });
    await expect(stored(newer)).rejects.toMatchObject({
      code: "MF_STORAGE_TOO_NEW",
      message: expect.stringContaining(key),
    });
    const { datastore, store } = opened();
    await datastore.put(runKey(FLOW, RUN), Buffer.from(newer));
    await datastore.put(heartbeatKey(FLOW, RUN), Buffer.from(newer));
    await expect(store.readRun(FLOW, RUN)).rejects.toMatchObject({ code: "MF_STORAGE_TOO_NEW" });
    await expect(store.readHeartbeat(FLOW, RUN)).rejects.toMatchObject({ code: "MF_STORAGE_TOO_NEW" });
  });

  it("is refused as a whole where the datastore's marker is newer", async () => {
    const { datastore, store } = opened();
    await datastore.put(FORMAT_KEY, Buffer.from(JSON.stringify({ format: "metaflow-ts", version: 2 })));
    const expected = { code: "MF_STORAGE_TOO_NEW" };
    await expect(store.listFlows()).rejects.toMatchObject(expected);
    await expect(store.readRun(FLOW, RUN)).rejects.toMatchObject(expected);
    await expect(store.createRun(exampleRun())).rejects.toMatchObject(expected);
    await expect(store.commitTask(exampleTask())).rejects.toMatchObject(expected);
    await expect(collect(store.readLogChunks({ ...exampleTask() }))).rejects.toMatchObject(expected);
  });

  it("is looked for once, and again after a failure", async () => {
    const { datastore } = opened();
    await createRecordStore(datastore).createRun(exampleRun());
    expect(JSON.parse(String(Buffer.from((await datastore.get(FORMAT_KEY))?.bytes ?? [])))).toEqual({
      format: "metaflow-ts",
      version: 1,
    });
    const asked: string[] = [];
    const get: Datastore["get"] = async (key) => {
      asked.push(key);
      if (asked.length === 1) throw new Error("no connection");
      return datastore.get(key);
    };
    const store = createRecordStore({ ...datastore, get });
    await expect(store.readRun(FLOW, RUN)).rejects.toThrow("no connection");
    for (let i = 0; i < 3; i++) await store.readRun(FLOW, RUN);
    expect(asked.filter((key) => key === FORMAT_KEY)).toHaveLength(2);
  });

  it("is refused where a name cannot be part of a key", async () => {
    const { store } = opened();
    for (const name of ["", "\ud800", "x".repeat(300)]) {
      const expected = { code: "MF_STORAGE_NAME_INVALID" };
      await expect(store.readRun(name, RUN)).rejects.toMatchObject(expected);
      await expect(store.readTask(FLOW, RUN, name, "0")).rejects.toMatchObject(expected);
      await expect(store.commitTask(exampleTask({ task: name }))).rejects.toMatchObject(expected);
    }
  });
});

it("works where the datastore has no conditional puts", async () => {
  const datastore = createMemoryDatastore();
  const put: Datastore["put"] = (key, body) => datastore.put(key, body);
  const capabilities = { putIfAbsent: false, putIfMatch: false, syncGet: false };
  const store = createRecordStore({ ...datastore, put, capabilities });
  expect(await store.createRun(exampleRun())).toBe(true);
  expect(await store.createRun(exampleRun({ user: "another" }))).toBe(false);
  expect(await store.commitTask(exampleTask())).toBe(true);
  expect(await store.commitTask(exampleTask({ attempt: 1 }))).toBe(false);
  expect((await store.updateRun(FLOW, RUN, (run) => ({ ...run, status: "failed" }))).status).toBe("failed");
});

it("writes logs under keys that nothing else has", async () => {
  const { datastore, store } = opened();
  const log = { flow: FLOW, runId: RUN, step: "train", task: "i3", attempt: 2 };
  await store.writeLogChunk(log, 7, "text");
  expect(await datastore.head(logKey(log, 7))).toMatchObject({ size: 4 });
});
