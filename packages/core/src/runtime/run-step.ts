import type { Datastore } from "../contracts/datastore.js";
import type { GangStart } from "../contracts/gang.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import type { RunObserver } from "../contracts/run-events.js";
import { noteReads } from "../datastore/known-objects.js";
import { locationOf } from "../datastore/open-datastore.js";
import { errors } from "../errors/codes.js";
import { parseTaskId, taskId } from "../graph/addresses.js";
import { gangStarterOf } from "../graph/gangs.js";
import type { RunContext } from "../task/task-context.js";
import { type AttemptResult, runAttempt } from "./attempt-runner.js";
import { findInputs } from "./find-inputs.js";
import { openRun } from "./open-run.js";
import { unlessStopped } from "./unless-stopped.js";
import { createWorkerPool, type WorkerPool } from "./worker-pool.js";

/** One attempt, named by ids. */
export interface StepRequest {
  readonly datastore: Datastore;
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
  /** The decorators stand for the step, after its last failure: the attempt before this one. */
  readonly fallback: boolean;
  /** The start that it is part of, where it is a task of a gang. */
  readonly gang: Omit<GangStart, "numNodes">;
  /** Bytes that are kept of each stream. */
  readonly maxLogSize: number;
  readonly observer: RunObserver;
  /** Aborted: ask the attempt to end; `kill`: end it. */
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly pool?: WorkerPool | undefined;
}

/**
 * Runs one attempt of a task from nothing but the datastore and the ids: finds the code, the graph and the inputs
 * there, and leaves the record and the log there.
 *
 * @throws RUN_UNKNOWN, STEP_NOT_FOUND, TASK_ID_INVALID, PACKAGE_STEPS_APART, INPUTS_NOT_FOUND; RUN_NOT_STARTED where it
 * was told to stop
 */
export async function runStep(request: StepRequest): Promise<AttemptResult> {
  const { datastore, flow, runId, step, attempt, fallback } = request;
  const { context, errorContext, address, inputs, gang, noted } = await unlessStopped(prepare(request), request.stop);
  const pool = request.pool ?? createWorkerPool();
  pool.serve({ location: locationOf(datastore), flow, runId, known: noted() });
  try {
    const { maxLogSize, observer } = request;
    const around = { graph: context.graph, runId, records: context.records, launcher: pool, maxLogSize, observer };
    const running = runAttempt({ ...around, errorContext }, { step, address, attempt, inputs, fallback, gang });
    const reason = "the process was told to end";
    request.stop.addEventListener("abort", () => running.stop(reason), { once: true });
    request.kill.addEventListener("abort", () => running.kill(reason), { once: true });
    return await running.ended;
  } finally {
    await pool.close();
  }
}

/** What has to be known of the task before it is started. */
async function prepare(request: StepRequest) {
  const { datastore, flow, runId, step, task } = request;
  const { records, noted } = noteReads(datastore);
  const { context, errorContext, checkSteps } = await openRun(datastore, flow, runId, records);
  const address = addressOf(context.graph, step, task);
  checkSteps([step]);
  const inputs = await findInputs({ ...context, runId }, { step, address });
  const gang = await gangStart(context, { step, address }, request);
  return { context, errorContext, address, inputs, gang, noted };
}

/** The start that a task of a gang is part of; the record of its split tells how many they are. */
async function gangStart(
  { graph, records, run }: RunContext,
  ref: TaskRef,
  { gang }: StepRequest,
): Promise<GangStart | undefined> {
  const starter = gangStarterOf(graph, ref);
  if (starter === null) return undefined;
  const { step, address } = starter;
  const split = await records.readTask(run.flow, run.runId, step, taskId(graph, step, address));
  if (split?.transition?.kind !== "parallel") return undefined;
  return { ...gang, numNodes: split.transition.splits };
}

function addressOf(graph: Parameters<typeof parseTaskId>[0], step: string, task: string): TaskAddress {
  if (graph.steps[step] === undefined) throw errors.STEP_NOT_FOUND({ step, flow: graph.flow });
  const address = parseTaskId(graph, step, task);
  if (address === null) throw errors.TASK_ID_INVALID({ step, task });
  return address;
}
