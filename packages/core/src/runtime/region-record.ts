import type { FlowGraph } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { RunCounts, RunFailure, RunRecord } from "../contracts/records.js";
import { parseTaskId } from "../graph/addresses.js";
import type { RunContext } from "../task/task-context.js";
import type { DriveResult } from "./drive.js";
import { failedAttempts } from "./finished-tasks.js";
import { isInside, type Region } from "./region.js";

type RegionContext = Pick<RunContext, "graph" | "records" | "run">;

/** A run that a region failed goes on where that region is started again. */
export async function reopenRun({ graph, records, run }: RegionContext, region: Region): Promise<void> {
  const isOver = ({ status, failure }: RunRecord): boolean => status !== "failed" || !isOf(graph, region, failure);
  if (isOver(run)) return;
  await records.updateRun(run.flow, run.runId, (record) =>
    isOver(record) ? record : { ...record, status: "running", failure: null, counts: null, finishedAt: null },
  );
}

/** What no task failed of was the region itself; whichever is started next shows that the run goes on. */
function isOf(graph: FlowGraph, region: Region, failure: RunFailure | null): boolean {
  if (failure === null || failure.task === null) return true;
  const [step = "", id = ""] = failure.task.split("/");
  const address = graph.steps[step] === undefined ? null : parseTaskId(graph, step, id);
  return address !== null && isInside(region, { step, address });
}

/** The region that ends the flow ends the run, for good; one that fails fails it, until it is started again. */
export async function recordEnd(
  { graph, records, run }: RegionContext,
  region: Region,
  { status, failure }: DriveResult,
): Promise<void> {
  if (status === "cancelled" || (status === "successful" && !region.steps.has(graph.end))) return;
  const counts = await countTasks(records, run);
  await records.updateRun(run.flow, run.runId, (record) => {
    // Another process did what failed here, and all that follows.
    if (status === "failed" && record.status === "successful") return record;
    return { ...record, status, failure, counts, finishedAt: Date.now() };
  });
}

/** The whole run's tasks: a region knows only its own. */
async function countTasks(records: RecordStore, { flow, runId }: RunRecord): Promise<RunCounts> {
  const committed = new Set<string>();
  for (const step of await records.listSteps(flow, runId)) {
    for (const task of await records.listTasks(flow, runId, step)) committed.add(`${step}/${task}`);
  }
  const failed = new Set<string>();
  for await (const { step, task } of failedAttempts(records, flow, runId)) failed.add(`${step}/${task}`);
  return {
    successful: committed.size,
    carriedOver: 0,
    failed: [...failed].filter((task) => !committed.has(task)).length,
  };
}
