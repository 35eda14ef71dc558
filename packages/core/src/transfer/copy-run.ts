import type { Datastore } from "../contracts/datastore.js";
import type { BlobStore, RecordStore } from "../contracts/record-store.js";
import type { RunRecord } from "../contracts/records.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { runFolder } from "../datastore/key-layout.js";
import { listAll } from "../datastore/list-all.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { parseKey } from "../datastore/parse-key.js";
import { putIfAbsent } from "../datastore/put-if-absent.js";
import { createRecordStore } from "../datastore/record-store.js";
import { errors } from "../errors/codes.js";
import { observeRun } from "../metadata/observed-status.js";
import { blobRefs } from "./blob-refs.js";
import { copyData } from "./copy-data.js";

/** A place that runs are copied from or to. */
interface Place {
  readonly datastore: Datastore;
  readonly records: RecordStore;
  readonly blobs: BlobStore;
}

/** What copying a run did. */
export interface CopiedRun {
  readonly flow: string;
  readonly runId: string;
  /** `present`: the target had the whole run already. */
  readonly outcome: "copied" | "present";
  /** Records and logs that were written. */
  readonly objects: number;
  /** Objects of the run's data that were written. */
  readonly data: number;
  /** Blobs that were written; others were there. */
  readonly blobs: number;
}

const PARALLEL_OBJECTS = 32;
/** Blobs may be large, and each is held in memory. */
const PARALLEL_BLOBS = 4;

/** Copies runs from one datastore to another; both stay open. */
export interface RunCopier {
  /**
   * Copies a run that has ended, after the runs that it resumed: records, logs, artifacts, code and data. The run's own record
   * comes last, so that a copy that was cut short shows no run, and doing it again completes it. Everything is read back.
   *
   * @throws RUN_UNKNOWN, COPY_RUN_RUNNING, COPY_RUN_DIFFERS, COPY_DAMAGED
   */
  copy(flow: string, runId: string): Promise<readonly CopiedRun[]>;
}

export function createRunCopier(source: Datastore, target: Datastore): RunCopier {
  const [from, to] = [placeOf(source), placeOf(target)];
  return {
    async copy(flow, runId) {
      const chain = await originsOf(from, flow, runId);
      const copied: CopiedRun[] = [];
      for (const run of chain) copied.push(await copyOne(from, to, run));
      return copied;
    },
  };
}

function placeOf(datastore: Datastore): Place {
  // What is read back has to come from the store.
  return { datastore, records: createRecordStore(datastore), blobs: createBlobStore(datastore, { cacheBytes: 0 }) };
}

/** The run and those that it resumed, oldest first; one that is gone is where the chain ends. */
async function originsOf({ records, datastore }: Place, flow: string, runId: string): Promise<readonly RunRecord[]> {
  const chain: RunRecord[] = [];
  for (let next: string | undefined = runId; next !== undefined; next = chain[0]?.origin?.runId) {
    const observed = await observeRun(records, flow, next);
    if (observed === null && chain.length === 0) throw errors.RUN_UNKNOWN({ flow, runId });
    if (observed === null) break;
    if (observed.status === "running") throw errors.COPY_RUN_RUNNING({ run: `${flow}/${next}`, root: datastore.root });
    chain.unshift(observed.record);
  }
  return chain;
}

async function copyOne(from: Place, to: Place, run: RunRecord): Promise<CopiedRun> {
  const { flow, runId } = run;
  const there = await to.records.readRun(flow, runId);
  if (there !== null && !isSameRun(there, run)) {
    throw errors.COPY_RUN_DIFFERS({ run: `${flow}/${runId}`, root: to.datastore.root });
  }
  // The record is written last: where it is equal, everything is there.
  if (JSON.stringify(there) === JSON.stringify(run))
    return { flow, runId, outcome: "present", objects: 0, data: 0, blobs: 0 };
  const keys = await keysOf(from.datastore, run);
  const refs = new Set(blobRefs(run));
  const written = await mapBounded(keys, PARALLEL_OBJECTS, (key) => copyObject(from, to, key, refs));
  const data = await copyData(from.datastore, to.datastore, flow, runId);
  const blobs = await mapBounded([...refs], PARALLEL_BLOBS, (sha256) => copyBlob(from, to, sha256));
  if (there === null) await to.records.createRun(run);
  else await to.records.updateRun(flow, runId, () => run);
  await checkComplete(from, to, run);
  return { flow, runId, outcome: "copied", objects: count(written) + 1, data, blobs: count(blobs) };
}

function isSameRun(one: RunRecord, other: RunRecord): boolean {
  return one.startedAt === other.startedAt && one.code.sha256 === other.code.sha256 && one.graph === other.graph;
}

/** Everything below the run but its own record, and its signs of life, which only the owner's machine can judge. */
async function keysOf(datastore: Datastore, { flow, runId }: RunRecord): Promise<readonly string[]> {
  const { keys } = await listAll(datastore, `${runFolder(flow, runId)}/`);
  return keys.filter((key) => {
    const kind = parseKey(key)?.kind;
    return kind !== "run" && kind !== "heartbeat";
  });
}

/** Copies one object, and notes the blobs that it names. True where it was written. */
async function copyObject(from: Place, to: Place, key: string, refs: Set<string>): Promise<boolean> {
  const found = await from.datastore.get(key);
  // What was there a moment ago and is gone now was not part of an ended run.
  if (found === null) return false;
  const kind = parseKey(key)?.kind;
  if (key.endsWith(".json")) {
    for (const sha256 of blobRefs(JSON.parse(new TextDecoder().decode(found.bytes)))) refs.add(sha256);
  }
  const written = kind === "task" ? await putIfAbsent(to.datastore, key, found.bytes) : await replace(to, key, found);
  const back = await to.datastore.get(key);
  if (back === null || !Buffer.from(back.bytes).equals(found.bytes)) {
    throw errors.COPY_DAMAGED({ what: key, root: to.datastore.root });
  }
  return written;
}

async function replace({ datastore }: Place, key: string, { bytes }: { readonly bytes: Uint8Array }): Promise<boolean> {
  const there = await datastore.get(key);
  if (there !== null && Buffer.from(there.bytes).equals(bytes)) return false;
  return (await datastore.put(key, bytes)).written;
}

/** Copies a blob, which is checked against its address at both ends. True where it was written. */
async function copyBlob(from: Place, to: Place, sha256: string): Promise<boolean> {
  if (await to.blobs.has(sha256)) return false;
  const content = await from.blobs.get(sha256, `blob ${sha256}`);
  await to.blobs.put([content]);
  await to.blobs.get(sha256, `the copy of blob ${sha256}`);
  return true;
}

async function checkComplete(from: Place, to: Place, run: RunRecord): Promise<void> {
  const [wanted, got] = await Promise.all([keysOf(from.datastore, run), keysOf(to.datastore, run)]);
  const there = new Set(got);
  const missing = wanted.find((key) => !there.has(key));
  if (missing !== undefined) throw errors.COPY_DAMAGED({ what: missing, root: to.datastore.root });
}

function count(written: readonly boolean[]): number {
  return written.filter(Boolean).length;
}
