import type { Datastore } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import { attachedTo } from "./attached-records.js";
import { createFormatCheck } from "./format-marker.js";
import { createGangRecords } from "./gang-records.js";
import { createLogRecords } from "./log-records.js";
import { createRunRecords } from "./run-records.js";
import { createTaskRecords } from "./task-records.js";

/**
 * Runs, tasks, heartbeats and logs of one datastore, kept in itself or by whom a metadata provider says. Every function throws the datastore's errors, and
 * STORAGE_NAME_INVALID for a name that cannot be part of a key; those that read throw RECORD_CORRUPT and
 * STORAGE_TOO_NEW for what they cannot understand.
 */
export function createRecordStore(datastore: Datastore): RecordStore {
  return attachedTo(datastore)?.records ?? createDatastoreRecords(datastore);
}

/** The same, kept in the datastore itself. */
export function createDatastoreRecords(datastore: Datastore): RecordStore {
  const format = createFormatCheck(datastore);
  const tasks = createTaskRecords(datastore, format);
  return {
    ...createRunRecords(datastore, format),
    ...tasks,
    ...createGangRecords(datastore, format, tasks),
    ...createLogRecords(datastore, format),
  };
}
