import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { RecordStore } from "../contracts/record-store.js";
import { datastoreMetadata } from "../datastore/datastore-metadata.js";
import { createLocalDatastore } from "../datastore/local-datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createDatastoreRecords } from "../datastore/record-store.js";
import { type MetadataFactory, metadataRules, metadataSuite } from "./metadata-suite.js";

metadataSuite("datastore, on a disk", async () => {
  const root = mkdtempSync(join(tmpdir(), "metaflow-metadata-"));
  const open = () => datastoreMetadata.open({ datastore: createLocalDatastore(root), settings: {} });
  return { records: await open(), again: open, close: () => rmSync(root, { recursive: true }) };
});

type Bug = (good: RecordStore) => Partial<RecordStore>;

function inMemory(bug: Bug): MetadataFactory {
  return () => {
    const datastore = createMemoryDatastore();
    const open = (): RecordStore => {
      const good = createDatastoreRecords(datastore);
      return { ...good, ...bug(good) };
    };
    return { records: open(), again: open };
  };
}

metadataSuite(
  "datastore, in memory",
  inMemory(() => ({})),
);

const turn = () => new Promise((resolve) => setImmediate(resolve));
const once = <T>(values: Map<string, T>, key: string, value: T) =>
  values.set(key, values.get(key) ?? value).get(key) as T;

/** Everything of a store under names that are changed first. */
function renamed(change: (name: string) => string): Bug {
  return (good) => ({
    createRun: (record) => good.createRun({ ...record, runId: change(record.runId) }),
    readRun: (flow, run) => good.readRun(flow, change(run)),
    commitTask: (record) => good.commitTask({ ...record, runId: change(record.runId), flow: change(record.flow) }),
    readTask: (flow, run, step, task) => good.readTask(change(flow), change(run), step, task),
  });
}

/** For every rule a store that breaks it. */
const bugs: Record<string, Bug> = {
  "a run is created once, and read as it was": (good) => ({
    readRun: async (flow, run) => {
      const found = await good.readRun(flow, run);
      return found && { ...found, tags: [] };
    },
  }),
  "of 20 creations of a run at once exactly one succeeds": (good) => ({
    async createRun(record) {
      const isThere = (await good.readRun(record.flow, record.runId)) !== null;
      await turn();
      await good.createRun(record);
      return !isThere;
    },
  }),
  "another process sees what one wrote": (good) => {
    const own = new Map<string, Awaited<ReturnType<RecordStore["readRun"]>>>();
    return { readRun: async (flow, run) => once(own, run, await good.readRun(flow, run)) };
  },
  "runs are listed newest first, in pages of the size asked": (good) => ({
    listRuns: (flow, options) => good.listRuns(flow, { cursor: options?.cursor }),
  }),
  "20 changes of a run at once lose none, and there must be a run": (good) => ({
    async updateRun(flow, run, change) {
      const found = await good.readRun(flow, run);
      await turn();
      if (found === null) throw new Error("absent");
      return good.updateRun(flow, run, () => change(found));
    },
  }),
  "flows are listed by name, once": (good) => ({ listFlows: async () => (await good.listFlows()).toReversed() }),
  "runs with strange names are told apart": renamed((name) => name.toLowerCase()),
  "the last heartbeat counts": (good) => ({
    async writeHeartbeat(flow, run, beat) {
      if ((await good.readHeartbeat(flow, run)) === null) await good.writeHeartbeat(flow, run, beat);
    },
  }),
  "a task is read as it was committed": (good) => ({
    commitTask: (record) => good.commitTask({ ...record, startedAt: 0 }),
  }),
  "of 50 commits of a task at once exactly one counts": (good) => ({
    async commitTask(record) {
      const isThere = (await good.readTask(record.flow, record.runId, record.step, record.task)) !== null;
      await turn();
      await good.commitTask(record);
      return !isThere;
    },
  }),
  "many tasks are read in the order asked, absent ones as null": (good) => ({
    readTasks: async (flow, run, tasks) => (await good.readTasks(flow, run, tasks)).filter((task) => task !== null),
  }),
  "tasks are listed by address in numeric order, all of them": (good) => ({
    listTasks: async (...args) => (await good.listTasks(...args)).slice(0, 1000),
  }),
  "steps with committed tasks are listed, and no others": (good) => ({
    listSteps: async (flow, run) => [...(await good.listSteps(flow, run)), "score"],
  }),
  "every failed attempt is kept beside the committed one": (good) => ({
    saveFailedAttempt: (record) => good.saveFailedAttempt({ ...record, attempt: 0 }),
  }),
  "failed attempts of a run or a step are listed in pages": (good) => ({
    listFailedAttempts: (flow, run, options) =>
      good.listFailedAttempts(flow, run, { limit: options?.limit, cursor: options?.cursor }),
  }),
  "tasks of strange runs and flows are told apart": renamed((name) => name.replaceAll("/", "%2F")),
  "what the caller does to a record later changes nothing": (good) => {
    const kept = new Map<string, unknown>();
    return {
      commitTask: (record) => {
        kept.set(record.task, record);
        return good.commitTask(record);
      },
      readTask: async (_flow, _run, _step, task) => (kept.get(task) ?? null) as never,
    };
  },
  "a gang is committed once, when all of its tasks left their results under one start": (good) => ({
    commitGang: async (gang, start) => (await good.commitGang(gang, start)) ?? start,
  }),
  "a log comes back chunk by chunk, from any one on": (good) => ({
    readLogChunks: (log) => good.readLogChunks(log),
  }),
  "more than ten chunks come in their order": (good) => ({
    async *readLogChunks(log, from) {
      const all: string[] = [];
      for await (const chunk of good.readLogChunks(log, from)) all.push(chunk);
      yield* all
        .map((text, i) => [String(i), text] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text);
    },
  }),
  "logs of attempts are told apart": (good) => ({
    writeLogChunk: (log, chunk, text) => good.writeLogChunk({ ...log, attempt: 0 }, chunk, text),
    readLogChunks: (log, from) => good.readLogChunks({ ...log, attempt: 0 }, from),
  }),
};

it("has broken records for every rule", () => {
  expect(metadataRules(inMemory(() => ({}))).map(({ name }) => name)).toEqual(Object.keys(bugs));
});

it.each(Object.entries(bugs))("%s: catches broken records", async (name, bug) => {
  const rule = metadataRules(inMemory(bug)).find((each) => each.name === name);
  await expect(rule?.check()).rejects.toThrow();
});
