import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import { noteReads } from "../datastore/known-objects.js";
import { locationOf } from "../datastore/open-datastore.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { startHeartbeat } from "../metadata/heartbeat.js";
import type { RunContext } from "../task/task-context.js";
import { type Drive, type DriveResult, drive } from "./drive.js";
import { HEARTBEAT_INTERVAL, snapshot } from "./drive-run.js";
import { committedBefore } from "./finished-tasks.js";
import { openRun } from "./open-run.js";
import { checkRegion, type Region, stepOf } from "./region.js";
import { type RegionName, regionOf } from "./region-name.js";
import { recordEnd, reopenRun } from "./region-record.js";
import type { RunSettings } from "./run-options.js";
import { throttleNotice } from "./throttle-notice.js";
import { unlessStopped } from "./unless-stopped.js";
import { createWorkerPool } from "./worker-pool.js";

/** A region of a registered run, and how to run it. */
export interface RegionRequest
  extends RegionName,
    Omit<RunSettings, "tags" | "user" | "given" | "onRunId" | "backends"> {
  readonly flow: string;
  readonly runId: string;
}

/** How a region ended, with the tasks that may start after it. */
export interface RegionResult extends Omit<DriveResult, "exits"> {
  readonly exits: readonly { readonly step: string; readonly task: string }[];
}

/**
 * Runs a region of a registered run. What an earlier process committed of it is not run again, so a region that was
 * killed is simply started once more.
 *
 * @throws RUN_UNKNOWN, STEP_NOT_FOUND, REGION_INVALID, PACKAGE_STEPS_APART, RUN_NOT_STARTED
 */
export async function runRegion(request: RegionRequest): Promise<RegionResult> {
  const { datastore, flow, runId, observer } = request;
  const { context, errorContext, region, known } = await unlessStopped(findRegion(request), request.stop);
  const { graph, records } = context;
  await reopenRun(context, region);
  const finished = await committedBefore(records, graph, runId, region);
  const pool = request.pool ?? createWorkerPool();
  pool.serve({ location: locationOf(datastore), flow, runId, known }, throttleNotice(datastore, observer));
  let driven: Drive | undefined;
  const heartbeat = startHeartbeat(records, flow, runId, () => snapshot(driven), HEARTBEAT_INTERVAL);
  try {
    const { maxWorkers, maxNumSplits, maxLogSize, stop, kill } = request;
    const limits = { maxWorkers, maxNumSplits, maxLogSize, stop, kill };
    driven = drive({ ...limits, graph, region, runId, records, launcher: pool, finished, observer, errorContext });
    const result = await driven.ended;
    await recordEnd(context, region, result);
    return { ...result, exits: namesOf(graph, result.exits) };
  } finally {
    await heartbeat.stop();
    await pool.close();
  }
}

async function findRegion(request: RegionRequest) {
  const { datastore, flow, runId } = request;
  const noting = noteReads(datastore);
  const { context, errorContext, checkSteps } = await openRun(datastore, flow, runId, noting.records);
  const asked = regionOf(context.graph, request);
  checkRegion(context.graph, asked);
  checkSteps(asked.steps);
  const region = await withinSplit(context, asked);
  return { context, errorContext, region, known: noting.noted() };
}

/** Each task once, though many tasks of the region may lead to it. */
function namesOf(graph: FlowGraph, tasks: readonly TaskRef[]): RegionResult["exits"] {
  const named = tasks.map(({ step, address }) => ({ step, task: taskId(graph, step, address) }));
  return [...new Map(named.map((each) => [`${each.step}/${each.task}`, each])).values()];
}

/** A batch may reach past the last item: who cuts a foreach into batches need not know how many there are. */
async function withinSplit({ graph, records, run }: RunContext, region: Region): Promise<Region> {
  const { entry, address, items } = region;
  const frame = stepOf(graph, entry).scope[address.length];
  if (items === null || frame === undefined) return region;
  const split = await records.readTask(run.flow, run.runId, frame.step, taskId(graph, frame.step, address));
  const taken = split?.transition;
  // Without a split that has ended, the tasks will say what is missing.
  if (taken?.kind !== "foreach" && taken?.kind !== "parallel") return region;
  if (taken.kind === "parallel" && (items.from > 0 || items.to < taken.splits)) {
    const reason = `the tasks of '${entry}' run as one gang: its items are 0 to ${taken.splits - 1}`;
    throw errors.REGION_INVALID({ entry, reason });
  }
  if (items.from < taken.splits) return { ...region, items: { ...items, to: Math.min(items.to, taken.splits) } };
  const reason = `the foreach of '${frame.step}' has ${taken.splits} items, and none from ${items.from} on`;
  throw errors.REGION_INVALID({ entry, reason });
}
