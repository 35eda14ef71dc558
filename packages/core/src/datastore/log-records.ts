import type { Datastore } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { FormatCheck } from "./format-marker.js";
import { logKey } from "./key-layout.js";

type LogRecords = Pick<RecordStore, "writeLogChunk" | "readLogChunks">;

const MAX_AHEAD = 16;

export function createLogRecords(datastore: Datastore, format: FormatCheck): LogRecords {
  return {
    async writeLogChunk(log, chunk, text) {
      await datastore.put(logKey(log, chunk), Buffer.from(text));
    },
    // Chunks have no gaps, so the first one that is absent is the end. Asking for them by name costs less than a list,
    // which on a disk looks at the logs of all tasks of the step.
    async *readLogChunks(log, from = 0) {
      await format.check();
      for (let next = from, ahead = 1; ; ahead = Math.min(ahead * 2, MAX_AHEAD)) {
        const chunks = Array.from({ length: ahead }, (_, i) => datastore.get(logKey(log, next + i)));
        for (const found of await Promise.all(chunks)) {
          if (found === null) return;
          yield Buffer.from(found.bytes).toString("utf8");
        }
        next += ahead;
      }
    },
  };
}
