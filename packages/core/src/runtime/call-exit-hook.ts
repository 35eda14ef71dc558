import type { Datastore } from "../contracts/datastore.js";
import type { EndedRun } from "../contracts/flow-decorator.js";
import type { RecordedError, RunRecord } from "../contracts/records.js";
import { recordError } from "../task/record-error.js";
import { callExitHooks } from "./exit-hooks.js";
import { type OpenRun, openRun } from "./open-run.js";
import type { RunSettings } from "./run-options.js";

/** An exit hook of a run, by its place among those that its end calls. */
export interface HookRequest {
  readonly datastore: Datastore;
  readonly flow: string;
  readonly runId: string;
  readonly index: number;
  /** Aborts when the hook is to end. */
  readonly signal: AbortSignal;
}

/** Calls one exit hook in this process. Gives what it threw, or null. @throws RUN_UNKNOWN */
export async function callExitHook(request: HookRequest): Promise<RecordedError | null> {
  const { datastore, flow, runId, index, signal } = request;
  const { context, evaluate, errorContext } = await openRun(datastore, flow, runId);
  try {
    const { exitHooks, exports } = await evaluate();
    const { status, failure } = await endOf(context);
    await exitHooks(status)[index]?.call({ datastore, exports, flow, runId, status, failure, signal });
    return null;
  } catch (error) {
    return recordError(error, await errorContext());
  }
}

/** Calls all exit hooks of a run that something else drove. @throws RUN_UNKNOWN */
export async function callHooksOfRun(
  request: Omit<HookRequest, "index" | "signal"> & Pick<RunSettings, "observer" | "stop" | "kill">,
): Promise<void> {
  const { datastore, flow, runId } = request;
  const { context, evaluate } = await openRun(datastore, flow, runId);
  const [{ exitHooks }, { status }] = await Promise.all([evaluate(), endOf(context)]);
  await callExitHooks(() => exitHooks(status), { flow, runId }, request);
}

/** How the run ended; where nobody wrote that down, because each task had a driver of its own, the end step tells. */
async function endOf({ run, graph, records }: OpenRun["context"]): Promise<Pick<EndedRun, "status" | "failure">> {
  const { status, failure } = run;
  if (status !== "running") return { status, failure: failure && failureOf(failure) };
  const end = await records.readTask(run.flow, run.runId, graph.end, "0");
  return { status: end === null ? "failed" : "successful", failure: null };
}

function failureOf({ task: failed, error }: NonNullable<RunRecord["failure"]>): EndedRun["failure"] {
  const [step = null, task = null] = failed?.split("/") ?? [];
  return { step, task, error };
}
