import type { FlowGraph } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { startHeartbeat } from "../metadata/heartbeat.js";
import { type Drive, type DriveResult, drive } from "./drive.js";
import { HEARTBEAT_INTERVAL, snapshot } from "./drive-run.js";
import { committedBefore } from "./finished-tasks.js";
import { openRun } from "./open-run.js";
import { checkRegion, type Region, stepOf, stepsUntil } from "./region.js";
import type { RunSettings } from "./run-options.js";
import { createWorkerPool } from "./worker-pool.js";

/** A region, named by ids. */
export interface RegionRequest extends Omit<RunSettings, "tags" | "user" | "onRunId" | "isolation"> {
  readonly flow: string;
  readonly runId: string;
  readonly entry: string;
  /** The steps of the region; null: all from the entry to before `until`. */
  readonly steps: readonly string[] | null;
  /** Null: to the end of the flow, or of the foreach body that the address names. */
  readonly until: string | null;
  /** As in a task's id, `i3-r0`; empty outside of every foreach and loop. */
  readonly address: string;
  /** From the first to before the last item. */
  readonly items: { readonly from: number; readonly to: number } | null;
}

/** How a region ended, with the tasks that may start after it. */
export interface RegionResult extends Omit<DriveResult, "exits"> {
  readonly exits: readonly { readonly step: string; readonly task: string }[];
}

/**
 * Runs a region of a registered run. What an earlier process committed of it is not run again, so a region that was
 * killed is simply started once more.
 *
 * @throws RUN_UNKNOWN, STEP_NOT_FOUND, REGION_INVALID
 */
export async function runRegion(request: RegionRequest): Promise<RegionResult> {
  const { datastore, flow, runId, observer } = request;
  const { context, errorContext } = await openRun(datastore, flow, runId);
  const { graph, records } = context;
  const region = regionOf(graph, request);
  checkRegion(graph, region);
  const finished = await committedBefore(records, graph, runId, region);
  const pool = request.pool ?? createWorkerPool();
  pool.serve({ name: datastore.name, root: datastore.root }, flow, runId);
  let driven: Drive | undefined;
  const heartbeat = startHeartbeat(records, flow, runId, () => snapshot(driven), HEARTBEAT_INTERVAL);
  try {
    const { maxWorkers, maxNumSplits, maxLogSize, stop, kill } = request;
    const limits = { maxWorkers, maxNumSplits, maxLogSize, stop, kill };
    driven = drive({ ...limits, graph, region, runId, records, launcher: pool, finished, observer, errorContext });
    const result = await driven.ended;
    await recordEnd(request, region, graph, result, records);
    return { ...result, exits: namesOf(graph, result.exits) };
  } finally {
    await heartbeat.stop();
    await pool.close();
  }
}

/** Each task once, though many tasks of the region may lead to it. */
function namesOf(graph: FlowGraph, tasks: readonly TaskRef[]): RegionResult["exits"] {
  const named = tasks.map(({ step, address }) => ({ step, task: taskId(graph, step, address) }));
  return [...new Map(named.map((each) => [`${each.step}/${each.task}`, each])).values()];
}

/** The region that ends the flow ends the run; one that fails fails it, until it is started again. */
async function recordEnd(
  { flow, runId }: RegionRequest,
  region: Region,
  graph: FlowGraph,
  { status, failure, counts }: DriveResult,
  records: Awaited<ReturnType<typeof openRun>>["context"]["records"],
): Promise<void> {
  if (status === "cancelled" || (status === "successful" && !region.steps.has(graph.end))) return;
  await records.updateRun(flow, runId, (record) => ({ ...record, status, failure, counts, finishedAt: Date.now() }));
}

function regionOf(graph: FlowGraph, { entry, steps, until, address, items }: RegionRequest): Region {
  stepOf(graph, entry);
  for (const name of [...(steps ?? []), ...(until === null ? [] : [until])]) stepOf(graph, name);
  const frames = parseAddress(graph, entry, address);
  return {
    entry,
    address: frames,
    items,
    steps: steps === null ? stepsUntil(graph, entry, until, frames.length + (items === null ? 0 : 1)) : new Set(steps),
  };
}

/** The leading part of a task's id: it may name fewer frames than the step has. */
function parseAddress(graph: FlowGraph, entry: string, text: string): TaskAddress {
  if (text === "" || text === "0") return [];
  const { scope } = stepOf(graph, entry);
  return text.split("-").map((part, k) => {
    const letter = scope[k]?.kind === "foreach" ? "i" : "r";
    const number = Number(part.slice(1));
    if (scope[k] === undefined || part !== `${letter}${number}` || !Number.isSafeInteger(number)) {
      throw errors.REGION_INVALID({ entry, reason: `'${text}' is no address of its tasks` });
    }
    return number;
  });
}
