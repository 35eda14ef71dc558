import { setTimeout as delay } from "node:timers/promises";
import type { Datastore, StoredObject } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { RunRecord } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import type { FormatCheck } from "./format-marker.js";
import {
  decodeName,
  FLOWS_PREFIX,
  heartbeatKey,
  runIndexKey,
  runIndexPrefix,
  runKey,
  STORAGE_VERSION,
} from "./key-layout.js";
import { listAll } from "./list-all.js";
import { parseKey } from "./parse-key.js";
import { putIfAbsent } from "./put-if-absent.js";
import { decodeRecord, encodeRecord } from "./record-codec.js";

type RunRecords = Pick<
  RecordStore,
  "listFlows" | "createRun" | "readRun" | "updateRun" | "listRuns" | "writeHeartbeat" | "readHeartbeat"
>;

const UPDATE_TRIES = 30;
const UPDATE_MAX_WAIT_MS = 1000;

export function createRunRecords(datastore: Datastore, format: FormatCheck): RunRecords {
  const decode = (key: string, flow: string, runId: string, stored: StoredObject): RunRecord =>
    decodeRecord(datastore, key, stored, {
      same: { flow, runId },
      types: { status: "string", startedAt: "number", parameters: "object", owner: "object", code: "object" },
    });

  const readRun: RunRecords["readRun"] = async (flow, runId) => {
    const key = runKey(flow, runId);
    await format.check();
    const found = await datastore.get(key);
    return found === null ? null : decode(key, flow, runId, found);
  };

  const writeIndex = ({ flow, runId, startedAt }: RunRecord) => {
    const entry = { version: STORAGE_VERSION, flow, runId, startedAt };
    return putIfAbsent(datastore, runIndexKey(flow, startedAt, runId), encodeRecord(entry));
  };

  return {
    readRun,
    async listFlows() {
      await format.check();
      const { prefixes } = await listAll(datastore, FLOWS_PREFIX, "/");
      const names = prefixes.map((prefix) => decodeName(prefix.slice(FLOWS_PREFIX.length, -1)));
      return names.filter((name) => name !== null).sort();
    },
    async createRun(record) {
      const key = runKey(record.flow, record.runId);
      await format.mark();
      const created = await putIfAbsent(datastore, key, encodeRecord(record));
      // A process that was killed between the two writes left a run that no list shows: whoever comes next completes it.
      const owner = created ? record : await readRun(record.flow, record.runId);
      if (owner !== null) await writeIndex(owner);
      return created;
    },
    async updateRun(flow, runId, change) {
      const key = runKey(flow, runId);
      await format.check();
      for (let tries = 0; tries < UPDATE_TRIES; tries++) {
        const found = await datastore.get(key);
        if (found === null) {
          throw errors.RECORD_MISSING({ key, root: datastore.root }, { where: { flow, run: runId } });
        }
        const before = decode(key, flow, runId, found);
        const after = change(before);
        if (after === before) return before;
        const condition = datastore.capabilities.putIfMatch ? { ifMatch: found.etag } : {};
        if ((await datastore.put(key, encodeRecord(after), condition)).written) return after;
        await delay(Math.min(5 * 2 ** tries, UPDATE_MAX_WAIT_MS) * Math.random());
      }
      throw errors.RECORD_CONTENDED(
        { key, root: datastore.root, tries: UPDATE_TRIES },
        { where: { flow, run: runId } },
      );
    },
    async listRuns(flow, options = {}) {
      await format.check();
      const page = await datastore.list(runIndexPrefix(flow), options);
      const parsed = page.keys.map(parseKey).filter((item) => item !== null);
      return { items: parsed.flatMap((item) => (item.kind === "runIndex" ? [item.runId] : [])), cursor: page.cursor };
    },
    async writeHeartbeat(flow, runId, beat) {
      await datastore.put(heartbeatKey(flow, runId), encodeRecord(beat));
    },
    async readHeartbeat(flow, runId) {
      const key = heartbeatKey(flow, runId);
      await format.check();
      const found = await datastore.get(key);
      if (found === null) return null;
      return decodeRecord(datastore, key, found, { types: { at: "number", interval: "number", running: "array" } });
    },
  };
}
