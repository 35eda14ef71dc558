import type { GangRef } from "./gang.js";
import type { Heartbeat, RunRecord, TaskRecord } from "./records.js";

/** Runs, tasks and heartbeats of all flows over one datastore. Keys are known to nobody else. */
export interface RecordStore {
  /** Flow names, sorted. */
  listFlows(): Promise<readonly string[]>;

  /** Registers a new run. False where the id is taken; then nothing was written. */
  createRun(record: RunRecord): Promise<boolean>;
  readRun(flow: string, runId: string): Promise<RunRecord | null>;
  /** Swaps the record for what `change` makes of it, again if somebody else was faster. Throws where there is none. */
  updateRun(flow: string, runId: string, change: (record: RunRecord) => RunRecord): Promise<RunRecord>;
  /** Run ids, newest first, one page. */
  listRuns(flow: string, options?: PageOptions): Promise<Page<string>>;

  /** Commits a successful attempt. False where another attempt of the task was committed before. */
  commitTask(record: TaskRecord): Promise<boolean>;
  /** Keeps what a failed attempt left. */
  saveFailedAttempt(record: TaskRecord): Promise<void>;
  /** The committed record, or null. */
  readTask(flow: string, runId: string, step: string, task: string): Promise<TaskRecord | null>;
  /** Many at once, in the order asked, with bounded concurrency. */
  readTasks(
    flow: string,
    runId: string,
    tasks: readonly { step: string; task: string }[],
  ): Promise<readonly (TaskRecord | null)[]>;
  readFailedAttempt(
    flow: string,
    runId: string,
    step: string,
    task: string,
    attempt: number,
  ): Promise<TaskRecord | null>;
  /** Steps with at least one committed task. */
  listSteps(flow: string, runId: string): Promise<readonly string[]>;
  /** Ids of a step's committed tasks, by address in numeric order, all pages. `prefix`: only ids that begin so. */
  listTasks(flow: string, runId: string, step: string, prefix?: string): Promise<readonly string[]>;
  /** Failed attempts of a run or a step, one page; cost does not depend on how many tasks succeeded. */
  listFailedAttempts(
    flow: string,
    runId: string,
    options?: PageOptions & { readonly step?: string },
  ): Promise<Page<FailedAttemptRef>>;

  /** Keeps what a task of a gang left under one start of it, until the gang is committed. */
  saveGangResult(gang: GangRef, start: string, record: TaskRecord): Promise<void>;
  readGangResult(gang: GangRef, start: string, task: string): Promise<TaskRecord | null>;
  /**
   * Commits a gang as soon as all of its tasks left their results under this start; by one write, after which the
   * tasks' records follow from the results. Says which start counts: another one where that was committed before,
   * null while results are missing.
   */
  commitGang(gang: GangRef, start: string): Promise<string | null>;
  /** Writes what is missing of the records of a gang that is committed. False where it is not. */
  completeGang(gang: GangRef): Promise<boolean>;

  writeHeartbeat(flow: string, runId: string, beat: Heartbeat): Promise<void>;
  readHeartbeat(flow: string, runId: string): Promise<Heartbeat | null>;

  /** Adds a chunk to an attempt's log. Chunks are numbered from 0 by the writer. */
  writeLogChunk(log: LogRef, chunk: number, text: string): Promise<void>;
  /** The chunks in order, from `from` on. */
  readLogChunks(log: LogRef, from?: number): AsyncIterable<string>;
}

export interface LogRef {
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
}

export interface FailedAttemptRef {
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
}

export interface PageOptions {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Undefined on the last page. */
  readonly cursor: string | undefined;
}

/** Content-addressed blobs over one datastore. */
export interface BlobStore {
  /** Stores the bytes once; returns the sha-256 of what was given, in hex. */
  put(chunks: readonly Uint8Array[]): Promise<string>;
  /** The bytes, verified. Throws BLOB_MISSING or BLOB_CORRUPT; `what` names the artifact for the message. */
  get(sha256: string, what: string): Promise<Uint8Array>;
  /** The same without giving up the thread: the store's own synchronous read, or a helper thread. */
  getSync(sha256: string, what: string): Uint8Array;
  has(sha256: string): Promise<boolean>;
}
