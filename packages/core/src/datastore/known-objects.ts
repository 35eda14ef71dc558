import type { Datastore, StoredObject } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import { attachedTo } from "./attached-records.js";
import { callsOf } from "./datastore-calls.js";
import { createDatastoreRecords, createRecordStore } from "./record-store.js";

/** Objects of records as one process read them, by key, for another one that is about to read the same. Plain data. */
export type KnownObjects = Readonly<Record<string, KnownObject>>;

interface KnownObject extends Pick<StoredObject, "etag" | "modifiedAt"> {
  readonly text: string;
}

/** Bytes of all of them together: they are sent at once. */
const MOST_BYTES = 256 * 1024;

/** Records that remember what was read of them. Those that others keep than the datastore itself are not remembered. */
export function noteReads(datastore: Datastore): { readonly records: RecordStore; noted(): KnownObjects } {
  if (attachedTo(datastore) !== undefined) return { records: createRecordStore(datastore), noted: () => ({}) };
  const noted = new Map<string, KnownObject>();
  let left = MOST_BYTES;
  const records = createDatastoreRecords({
    ...callsOf(datastore),
    async get(key, options) {
      const found = await datastore.get(key, options);
      if (found === null || options?.range !== undefined || found.size > left) return found;
      const { bytes, size, etag, modifiedAt } = found;
      left -= size;
      noted.set(key, { etag, modifiedAt, text: Buffer.from(bytes).toString("utf8") });
      return found;
    },
  });
  return { records, noted: () => Object.fromEntries(noted) };
}

/** Records of which some are known: each of them is given out once, and read from then on. */
export function recordsKnowing(datastore: Datastore, known: KnownObjects): RecordStore {
  if (attachedTo(datastore) !== undefined) return createRecordStore(datastore);
  const left = new Map(Object.entries(known));
  return createDatastoreRecords({
    ...callsOf(datastore),
    async get(key, options) {
      const found = options?.range === undefined ? left.get(key) : undefined;
      if (found === undefined) return await datastore.get(key, options);
      left.delete(key);
      const { text, ...about } = found;
      const bytes = Buffer.from(text, "utf8");
      return { ...about, bytes, size: bytes.length };
    },
  });
}
