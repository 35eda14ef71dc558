import type { FlowGraph } from "../contracts/graph.js";
import type { Heartbeat, ObservedRunStatus, RunRecord } from "../contracts/records.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { observeRun } from "../metadata/observed-status.js";
import type { Reader } from "./reader.js";

/** A run as it was when it was read. */
export interface RunContext {
  readonly reader: Reader;
  readonly record: RunRecord;
  readonly status: ObservedRunStatus;
  /** Read only where the run has no end. */
  readonly heartbeat: Heartbeat | null;
  /** Why the run's record cannot be read, and nothing but its name is known; null for all others. */
  readonly damage: MetaflowError | null;
  graph(): Promise<FlowGraph>;
}

/** Reads a run; null where there is none. */
export async function readRunContext(reader: Reader, flow: string, runId: string): Promise<RunContext | null> {
  const observed = await observeRun(reader.records, flow, runId);
  if (observed === null) return null;
  const { record, status } = observed;
  const heartbeat = record.status === "running" ? observed.heartbeat : null;
  return { reader, record, status, heartbeat, damage: null, graph: () => reader.graph(record.graph, flow) };
}

/**
 * Reads a run for a list, in which a damaged one must not hide the others: it stands there as `unreadable`, with the
 * error as its failure. Null where there is none.
 */
export async function readListedRun(reader: Reader, flow: string, runId: string): Promise<RunContext | null> {
  try {
    return await readRunContext(reader, flow, runId);
  } catch (error) {
    if (!isMetaflowError(error, "MF_RECORD_CORRUPT") && !isMetaflowError(error, "MF_STORAGE_TOO_NEW")) throw error;
    const record = damagedRecord(flow, runId, error);
    return { reader, record, status: "unreadable", heartbeat: null, damage: error, graph: () => Promise.reject(error) };
  }
}

/** What a run's name alone tells of it. */
function damagedRecord(flow: string, runId: string, { code, message, fix }: MetaflowError): RunRecord {
  const none = { user: null, tags: [], systemTags: [], parameters: {}, origin: null, maxNumSplits: null };
  const failed = {
    code,
    type: "MetaflowError",
    message,
    fix: fix ?? null,
    stack: [],
    codeFrame: null,
    cause: null,
    errors: [],
  };
  return {
    ...none,
    version: 1,
    flow,
    runId,
    status: "failed",
    // An id that Metaflow gave is the time in microseconds.
    startedAt: /^\d{16}$/.test(runId) ? Math.floor(Number(runId) / 1000) : 0,
    code: { sha256: "", map: "", entry: "", exportName: "", file: "", modules: {} },
    graph: "",
    finishedAt: null,
    counts: null,
    owner: { host: "", pid: 0, startMark: null },
    failure: { task: null, error: failed },
  };
}

/** `Flow/run` */
export function runPathspec({ record }: RunContext): string {
  return `${record.flow}/${record.runId}`;
}
