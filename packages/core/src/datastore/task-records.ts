import type { Datastore, StoredObject } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { sortTaskIds } from "./compare-task-ids.js";
import type { FormatCheck } from "./format-marker.js";
import { decodeName, encodeName, failedKey, failedPrefix, taskKey, tasksPrefix } from "./key-layout.js";
import { listAll } from "./list-all.js";
import { mapBounded } from "./map-bounded.js";
import { parseKey } from "./parse-key.js";
import { putIfAbsent } from "./put-if-absent.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";

type TaskRecords = Pick<
  RecordStore,
  | "commitTask"
  | "saveFailedAttempt"
  | "readTask"
  | "readTasks"
  | "readFailedAttempt"
  | "listSteps"
  | "listTasks"
  | "listFailedAttempts"
>;

const PARALLEL_READS = 32;

/** Reads a task's record and checks that it is the one of its key. */
export function decodeTaskRecord(
  datastore: Datastore,
  key: string,
  stored: StoredObject,
  same: Readonly<Record<string, string | number>>,
): TaskRecord {
  const types = { attempt: "number", artifacts: "object", inputs: "array", foreach: "array", loops: "array" } as const;
  return decodeRecord(datastore, key, stored, { same, types });
}

export function createTaskRecords(datastore: Datastore, format: FormatCheck): TaskRecords {
  const readTask: TaskRecords["readTask"] = async (flow, runId, step, task) => {
    const key = taskKey(flow, runId, step, task);
    await format.check();
    const found = await datastore.get(key);
    return found === null
      ? null
      : decodeTaskRecord(datastore, key, found, { flow, runId, step, task, status: "successful" });
  };

  return {
    readTask,
    async commitTask(record) {
      const key = taskKey(record.flow, record.runId, record.step, record.task);
      await format.check();
      return putIfAbsent(datastore, key, encodeRecord(record));
    },
    async saveFailedAttempt(record) {
      const key = failedKey(record.flow, record.runId, record);
      await format.check();
      await datastore.put(key, encodeRecord(record));
    },
    readTasks: (flow, runId, tasks) =>
      mapBounded(tasks, PARALLEL_READS, ({ step, task }) => readTask(flow, runId, step, task)),
    async readFailedAttempt(flow, runId, step, task, attempt) {
      const key = failedKey(flow, runId, { step, task, attempt });
      await format.check();
      const found = await datastore.get(key);
      return found === null
        ? null
        : decodeTaskRecord(datastore, key, found, { flow, runId, step, task, attempt, status: "failed" });
    },
    async listSteps(flow, runId) {
      const prefix = tasksPrefix(flow, runId);
      await format.check();
      const { prefixes } = await listAll(datastore, prefix, "/");
      return prefixes.map((item) => decodeName(item.slice(prefix.length, -1))).filter((name) => name !== null);
    },
    async listTasks(flow, runId, step, prefix = "") {
      const start = prefix === "" ? "" : encodeName("task", prefix);
      await format.check();
      const { keys } = await listAll(datastore, `${tasksPrefix(flow, runId, step)}${start}`);
      const tasks = keys.map(parseKey).filter((parsed) => parsed?.kind === "task");
      return sortTaskIds(tasks.map((parsed) => parsed.task));
    },
    async listFailedAttempts(flow, runId, { step, ...page } = {}) {
      await format.check();
      const { keys, cursor } = await datastore.list(failedPrefix(flow, runId, step), page);
      const failed = keys.map(parseKey).filter((parsed) => parsed?.kind === "failed");
      return { items: failed.map(({ step, task, attempt }) => ({ step, task, attempt })), cursor };
    },
  };
}
