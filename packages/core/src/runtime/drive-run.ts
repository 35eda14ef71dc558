import { dirname } from "node:path";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import { toTaggedJson } from "../artifacts/tagged-json.js";
import type { DatastoreLocation } from "../contracts/datastore.js";
import type { RunRecord } from "../contracts/records.js";
import type { RunEvent } from "../contracts/run-events.js";
import { locationOf } from "../datastore/open-datastore.js";
import { type HeartbeatSnapshot, startHeartbeat } from "../metadata/heartbeat.js";
import { createBundlePositions } from "../packaging/source-locator.js";
import { maskError } from "../secrets/mask-error.js";
import { createArtifactLoader } from "../task/artifact-io.js";
import { type ErrorContext, recordError } from "../task/record-error.js";
import { createStepLaunchers } from "./backends/step-launchers.js";
import { type Drive, drive } from "./drive.js";
import { callExitHooks } from "./exit-hooks.js";
import { exitHooksOf } from "./exit-hooks-of.js";
import type { FinishedTasks } from "./finished-tasks.js";
import { wholeFlow } from "./region.js";
import type { RegisteredRun } from "./register-run.js";
import type { LoadedFlow, RunResult, RunSettings } from "./run-options.js";
import type { TaskLauncher } from "./task-launcher.js";
import { throttleNotice } from "./throttle-notice.js";
import { createWorkerPool, type WorkerPool } from "./worker-pool.js";

/** Milliseconds between two signs of life of a run. */
export const HEARTBEAT_INTERVAL = 10_000;

/**
 * Drives a registered run to its end, and writes the end into its record: also when something goes wrong here, so
 * that no run is left that says it goes on.
 */
export async function driveRun(
  flow: LoadedFlow,
  settings: RunSettings,
  registered: RegisteredRun,
  finished: FinishedTasks,
): Promise<RunResult> {
  const { run } = registered;
  const startedAt = performance.now();
  const onThrottled = throttleNotice(settings.datastore, settings.observer);
  const makePool = (): WorkerPool =>
    servePool(settings.pool ?? createWorkerPool(), locationOf(settings.datastore), run, onThrottled);
  const launcher = createStepLaunchers(settings, flow, run, registered.records, makePool);
  launcher.mask.add(flow.secrets ?? []);
  try {
    await settings.onRunId?.(run.runId);
    announce(flow, settings, registered);
    const result = await driveWithHeartbeat(flow, settings, registered, finished, launcher);
    await writeEnd(registered, result);
    const finishedIn = Math.round(performance.now() - startedAt);
    await callExitHooks(() => exitHooksOf(flow.decorators, result.status, run.flow), run, settings, launcher.mask);
    settings.observer(finishedEvent(run, result, finishedIn));
    return { runId: run.runId, ...result };
  } catch (error) {
    const failure = { task: null, error: maskError(recordError(error, errorContextOf(flow)), launcher.mask) };
    await writeEnd(registered, { status: "failed", counts: null, failure }).catch(() => {});
    await callExitHooks(() => exitHooksOf(flow.decorators, "failed", run.flow), run, settings, launcher.mask);
    throw error;
  } finally {
    await launcher.close();
  }
}

async function driveWithHeartbeat(
  flow: LoadedFlow,
  settings: RunSettings,
  { run, records }: RegisteredRun,
  finished: FinishedTasks,
  launcher: TaskLauncher,
): Promise<Omit<RunResult, "runId">> {
  let driven: Drive | undefined;
  const heartbeat = startHeartbeat(records, run.flow, run.runId, () => snapshot(driven), HEARTBEAT_INTERVAL);
  try {
    driven = drive({
      ...settings,
      graph: flow.graph,
      region: wholeFlow(flow.graph),
      runId: run.runId,
      records,
      launcher,
      finished,
      errorContext: () => Promise.resolve(errorContextOf(flow)),
    });
    const { status, counts, failure } = await driven.ended;
    return { status, counts, failure };
  } finally {
    await heartbeat.stop();
  }
}

async function writeEnd(
  { run, records }: RegisteredRun,
  end: Pick<RunRecord, "status" | "counts" | "failure">,
): Promise<void> {
  await records.updateRun(run.flow, run.runId, (record) => ({ ...record, ...end, finishedAt: Date.now() }));
}

function announce(flow: LoadedFlow, { observer, datastore }: RunSettings, registered: RegisteredRun): void {
  const { run } = registered;
  observer({
    type: "run.started",
    at: Date.now(),
    pathspec: `${run.flow}/${run.runId}`,
    flow: run.flow,
    runId: run.runId,
    originRunId: run.origin?.runId ?? null,
    parameters: parametersOf(flow, registered),
    tags: run.tags,
    datastore: { name: datastore.name, root: datastore.root },
  });
}

function finishedEvent(run: RunRecord, result: Omit<RunResult, "runId">, durationMs: number): RunEvent {
  const { status, counts, failure } = result;
  const pathspec = `${run.flow}/${run.runId}`;
  const failed = failure && {
    pathspec: failure.task === null ? null : `${pathspec}/${failure.task}`,
    error: failure.error,
  };
  return { type: "run.finished", at: Date.now(), pathspec, status, durationMs, counts, failure: failed };
}

/** Tells the pool which run it works for. */
function servePool(pool: WorkerPool, location: DatastoreLocation, run: RunRecord, onThrottled: () => void): WorkerPool {
  pool.serve({ location, flow: run.flow, runId: run.runId }, onThrottled);
  return pool;
}

/** What a heartbeat tells of the tasks. */
export function snapshot(driven: Drive | undefined): HeartbeatSnapshot {
  const running = [...(driven?.running ?? [])].map(({ name, spec, startedAt }) => ({
    task: name,
    attempt: spec.attempt,
    startedAt,
  }));
  return { running, finished: driven?.finishedCount() ?? 0 };
}

function parametersOf({ definition }: LoadedFlow, { run, blobs }: RegisteredRun): Readonly<Record<string, unknown>> {
  const serializers = createSerializerSet(definition.serializers);
  const loader = createArtifactLoader(blobs, serializers);
  const values = Object.entries(run.parameters).map(([name, ref]) => [
    name,
    toTaggedJson(loader.load(name, ref), serializers),
  ]);
  return Object.fromEntries(values);
}

function errorContextOf({ bundle }: LoadedFlow): ErrorContext {
  return { positions: createBundlePositions({ map: bundle.map, root: dirname(bundle.entry) }), cwd: process.cwd() };
}
