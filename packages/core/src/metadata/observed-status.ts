import type { RecordStore } from "../contracts/record-store.js";
import type { Heartbeat, ObservedRunStatus, RunRecord, Timestamp } from "../contracts/records.js";
import { isAlive, type Liveness } from "./process-identity.js";

/** How many beats may be missing before a run on another host counts as dead. */
const MISSED_BEATS = 3;
/** Milliseconds for clocks that differ and writes that take their time. */
const SLACK_MS = 15_000;
/** A run that has not beaten yet is given as long as if it had announced this interval at its start. */
const FIRST_INTERVAL_MS = 15_000;

/**
 * A run's status as a reader should see it: `dead` where it says that it is running and its process is gone. Where
 * nobody can look at the process the heartbeat decides; `now` is in milliseconds since the epoch.
 */
export function observedStatus(
  record: RunRecord,
  heartbeat: Heartbeat | null,
  now: Timestamp = Date.now(),
  liveness: Liveness = isAlive(record.owner),
): ObservedRunStatus {
  if (record.status !== "running") return record.status;
  if (liveness !== "unknown") return liveness === "alive" ? "running" : "dead";
  const { at, interval } = heartbeat ?? { at: record.startedAt, interval: FIRST_INTERVAL_MS };
  return now - at > MISSED_BEATS * interval + SLACK_MS ? "dead" : "running";
}

export interface ObservedRun {
  readonly record: RunRecord;
  readonly status: ObservedRunStatus;
  readonly heartbeat: Heartbeat | null;
}

/** A run's record, observed status and last heartbeat, which is read only where it has no end; null where there is no such run. */
export async function observeRun(
  store: RecordStore,
  flow: string,
  runId: string,
  now: Timestamp = Date.now(),
): Promise<ObservedRun | null> {
  const record = await store.readRun(flow, runId);
  if (record === null) return null;
  const heartbeat = record.status === "running" ? await store.readHeartbeat(flow, runId) : null;
  const status = observedStatus(record, heartbeat, now, isAlive(record.owner));
  if (status !== "dead") return { record, status, heartbeat };
  // Its process may have written the end and gone after the record was read.
  const again = (await store.readRun(flow, runId)) ?? record;
  return { record: again, status: again.status === "running" ? "dead" : again.status, heartbeat };
}
