import type { FlowGraph } from "../contracts/graph.js";
import type { Heartbeat, ObservedRunStatus, RunRecord } from "../contracts/records.js";
import { observeRun } from "../metadata/observed-status.js";
import type { Reader } from "./reader.js";

/** A run as it was when it was read. */
export interface RunContext {
  readonly reader: Reader;
  readonly record: RunRecord;
  readonly status: ObservedRunStatus;
  /** Read only where the run has no end. */
  readonly heartbeat: Heartbeat | null;
  graph(): Promise<FlowGraph>;
}

/** Reads a run; null where there is none. */
export async function readRunContext(reader: Reader, flow: string, runId: string): Promise<RunContext | null> {
  const observed = await observeRun(reader.records, flow, runId);
  if (observed === null) return null;
  const { record, status } = observed;
  const heartbeat = record.status === "running" ? await reader.records.readHeartbeat(flow, runId) : null;
  return { reader, record, status, heartbeat, graph: () => reader.graph(record.graph, flow) };
}

/** `Flow/run` */
export function runPathspec({ record }: RunContext): string {
  return `${record.flow}/${record.runId}`;
}
