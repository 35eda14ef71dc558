import type { Datastore } from "../contracts/datastore.js";
import type { EndedRun } from "../contracts/flow-decorator.js";
import type { RecordedError, RunRecord } from "../contracts/records.js";
import { createSecretMask } from "../secrets/secret-mask.js";
import { recordError } from "../task/record-error.js";
import { callExitHooks } from "./exit-hooks.js";
import { type OpenRun, openRun } from "./open-run.js";
import type { RunSettings } from "./run-options.js";

/** Failed attempts that are looked through for the one that ended a run. */
const FAILURES = 200;

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
    const hook = exitHooks(status)[index];
    if (hook === undefined) throw new Error(`A ${status} run of ${flow} has no exit hook with the number ${index}.`);
    await hook.call({ datastore, exports, flow, runId, status, failure, signal });
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
  const [{ exitHooks, secretsInSource }, { status }] = await Promise.all([evaluate(), endOf(context)]);
  await callExitHooks(() => exitHooks(status), { flow, runId }, request, createSecretMask(secretsInSource()));
}

/** How the run ended. Where nobody wrote that down, because each task had a driver of its own, the tasks tell. */
async function endOf(context: OpenRun["context"]): Promise<Pick<EndedRun, "status" | "failure">> {
  const { run, graph, records } = context;
  const { status, failure } = run;
  if (status !== "running") return { status, failure: failure && failureOf(failure) };
  const end = await records.readTask(run.flow, run.runId, graph.end, "0");
  return end === null
    ? { status: "failed", failure: await failedTask(context) }
    : { status: "successful", failure: null };
}

function failureOf({ task: failed, error }: NonNullable<RunRecord["failure"]>): EndedRun["failure"] {
  const [step = null, task = null] = failed?.split("/") ?? [];
  return { step, task, error };
}

/** A task that failed for good: it has failed attempts, and none that succeeded. */
async function failedTask({ run: { flow, runId }, records }: OpenRun["context"]): Promise<EndedRun["failure"]> {
  const { items } = await records.listFailedAttempts(flow, runId, { limit: FAILURES });
  for (const { step, task } of items) {
    if ((await records.readTask(flow, runId, step, task)) !== null) continue;
    const { attempt = 0 } = items.findLast((each) => each.step === step && each.task === task) ?? {};
    const record = await records.readFailedAttempt(flow, runId, step, task, attempt);
    if (record?.error != null) return { step, task, error: record.error };
  }
  return null;
}
