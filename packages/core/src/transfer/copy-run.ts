import type { Datastore } from "../contracts/datastore.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { RunRecord } from "../contracts/records.js";
import { withoutBlobCache } from "../datastore/blob-cache.js";
import { type ByteCache, createByteCache } from "../datastore/byte-cache.js";
import { createFormatCheck, type FormatCheck } from "../datastore/format-marker.js";
import { runFolder, runIndexKey } from "../datastore/key-layout.js";
import { listAll } from "../datastore/list-all.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { parseKey } from "../datastore/parse-key.js";
import { putIfAbsent } from "../datastore/put-if-absent.js";
import { decodeRecord } from "../datastore/record-codec.js";
import { createRecordStore } from "../datastore/record-store.js";
import { errors } from "../errors/codes.js";
import { observeRun } from "../metadata/observed-status.js";
import { blobRefs } from "./blob-refs.js";
import { type BlobCopier, createBlobCopier } from "./copy-blobs.js";
import { copyData } from "./copy-data.js";

/** Where runs are copied from, and where to. */
interface Transfer {
  readonly from: Datastore;
  readonly to: Datastore;
  readonly source: RecordStore;
  readonly target: RecordStore;
  readonly format: FormatCheck;
  readonly blobs: BlobCopier;
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

/** Records that name blobs. */
const NAMING: ReadonlySet<string | undefined> = new Set(["task", "failed", "gang", "gangResult"]);
const PARALLEL_OBJECTS = 32;
/** Of records that are kept from when their blobs are looked for until they are written. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Copies runs from one datastore to another; both stay open. */
export interface RunCopier {
  /**
   * Copies a run that has ended, after the runs that it resumed: artifacts, code and data, then records and logs. The run's
   * own record comes last, so that a copy that was cut short shows no run, and doing it again completes it. Everything is
   * read back.
   *
   * @throws RUN_UNKNOWN, COPY_RUN_RUNNING, COPY_RUN_DIFFERS, COPY_DAMAGED, and RECORD_CORRUPT, BLOB_CORRUPT or
   *   BLOB_MISSING of the source
   */
  copy(flow: string, runId: string): Promise<readonly CopiedRun[]>;
}

export function createRunCopier(source: Datastore, target: Datastore): RunCopier {
  // What is read back has to come from the store.
  const [from, to] = [withoutBlobCache(source), withoutBlobCache(target)];
  const transfer: Transfer = {
    from,
    to,
    source: createRecordStore(source),
    target: createRecordStore(target),
    format: createFormatCheck(to),
    blobs: createBlobCopier(from, to),
  };
  return {
    async copy(flow, runId) {
      const copied: CopiedRun[] = [];
      for (const run of await originsOf(transfer, flow, runId)) copied.push(await copyOne(transfer, run));
      return copied;
    },
  };
}

/** The run and those that it resumed, oldest first; one that is gone is where the chain ends. */
async function originsOf({ source, from }: Transfer, flow: string, runId: string): Promise<readonly RunRecord[]> {
  const chain: RunRecord[] = [];
  for (let next: string | undefined = runId; next !== undefined; next = chain[0]?.origin?.runId) {
    const observed = await observeRun(source, flow, next);
    if (observed === null && chain.length === 0) throw errors.RUN_UNKNOWN({ flow, runId });
    if (observed === null) break;
    if (observed.status === "running") throw errors.COPY_RUN_RUNNING({ run: `${flow}/${next}`, root: from.root });
    chain.unshift(observed.record);
  }
  return chain;
}

async function copyOne(transfer: Transfer, run: RunRecord): Promise<CopiedRun> {
  const { from, to, target, format } = transfer;
  const { flow, runId } = run;
  const there = await target.readRun(flow, runId);
  if (there !== null && !isSameRun(there, run))
    throw errors.COPY_RUN_DIFFERS({ run: `${flow}/${runId}`, root: to.root });
  // The record is written last: where it is equal, everything is there but for the entry in the index.
  if (JSON.stringify(there) === JSON.stringify(run)) {
    if ((await to.head(runIndexKey(flow, run.startedAt, runId))) === null) await target.createRun(run);
    return { flow, runId, outcome: "present", objects: 0, data: 0, blobs: 0 };
  }
  // Before anything else is written: may we write there, and does the store keep conditions?
  await format.mark();
  const keys = await keysOf(from, run);
  const kept = createByteCache(KEPT_BYTES);
  const blobs = await transfer.blobs.copy(await blobsOf(transfer, run, keys, kept));
  const data = await copyData(from, to, flow, runId);
  const written = await mapBounded(keys, PARALLEL_OBJECTS, (key) => copyObject(transfer, key, kept));
  if (!(await target.createRun(run))) await target.updateRun(flow, runId, () => run);
  await checkComplete(transfer, run, keys);
  return { flow, runId, outcome: "copied", objects: written.filter(Boolean).length + 1, data, blobs };
}

function isSameRun(one: RunRecord, other: RunRecord): boolean {
  return one.startedAt === other.startedAt && one.code.sha256 === other.code.sha256 && one.graph === other.graph;
}

/** Everything below the run but its own record. A heartbeat says nothing of a run that has its end. */
async function keysOf(datastore: Datastore, { flow, runId, status }: RunRecord): Promise<readonly string[]> {
  const { keys } = await listAll(datastore, `${runFolder(flow, runId)}/`);
  return keys.filter((key) => {
    const kind = parseKey(key)?.kind;
    return kind !== "run" && (kind !== "heartbeat" || status === "running");
  });
}

/** What the run and its records name. */
async function blobsOf(
  { from }: Transfer,
  run: RunRecord,
  keys: readonly string[],
  kept: ByteCache,
): Promise<ReadonlySet<string>> {
  const records = keys.filter((key) => NAMING.has(parseKey(key)?.kind));
  const found = await mapBounded(records, PARALLEL_OBJECTS, async (key) => {
    const stored = await from.get(key);
    if (stored === null) return [];
    kept.set(key, stored.bytes);
    return [...blobRefs(decodeRecord(from, key, stored, {}))];
  });
  return new Set([...blobRefs(run), ...found.flat()]);
}

/** True where it was written. */
async function copyObject({ from, to }: Transfer, key: string, kept: ByteCache): Promise<boolean> {
  const bytes = kept.get(key) ?? (await from.get(key))?.bytes;
  // What was there a moment ago and is gone now was not part of an ended run.
  if (bytes === undefined) return false;
  const written = parseKey(key)?.kind === "task" ? await putIfAbsent(to, key, bytes) : await replace(to, key, bytes);
  const back = await to.get(key);
  if (back === null || !Buffer.from(back.bytes).equals(bytes)) throw errors.COPY_DAMAGED({ what: key, root: to.root });
  return written;
}

async function replace(to: Datastore, key: string, bytes: Uint8Array): Promise<boolean> {
  const there = await to.get(key);
  if (there !== null && Buffer.from(there.bytes).equals(bytes)) return false;
  return (await to.put(key, bytes)).written;
}

async function checkComplete({ to }: Transfer, run: RunRecord, wanted: readonly string[]): Promise<void> {
  const there = new Set(await keysOf(to, run));
  const missing = wanted.find((key) => !there.has(key));
  if (missing !== undefined) throw errors.COPY_DAMAGED({ what: missing, root: to.root });
}
