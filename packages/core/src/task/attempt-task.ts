import { setImmediate as nextTurn } from "node:timers/promises";
import { readEnvironment } from "../config/env.js";
import type { Current } from "../contracts/current.js";
import type { RecordedError, TaskRecord } from "../contracts/records.js";
import type { TakenTransition } from "../contracts/transition.js";
import { withRunDatastore } from "../datastore/run-datastore.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { maskError } from "../secrets/mask-error.js";
import { secretScopes } from "../secrets/secret-scope.js";
import { once } from "../util/once.js";
import { attemptSignal } from "./attempt-signal.js";
import { setEnvironment } from "./clean-process.js";
import { withCurrent } from "./current.js";
import { type PreparedTask, prepareTask, storeRemains, storeResult } from "./execute-task.js";
import { commitAttempt, gangEnvironment, parallelInfo, parallelPosition } from "./gang-task.js";
import { type ErrorContext, recordError } from "./record-error.js";
import {
  type ActiveDecorator,
  activeDecorators,
  preparedEnvironment,
  runDecorated,
  runFallback,
  runningTask,
  type SharedFacts,
} from "./run-decorated.js";
import { type AttemptScope, attemptScope, learnSecrets, type SecretKeeper } from "./secret-keeper.js";
import type { LoadedCode, RunContext, TaskSpec } from "./task-context.js";
import { createTaskMetadata, type TaskMetadata } from "./task-metadata.js";

/** How an attempt ended, as its record says. */
export type AttemptOutcome =
  | { readonly status: "successful"; readonly transition: TakenTransition }
  /** Another attempt had been committed before; its record counts. */
  | { readonly status: "superseded" }
  | { readonly status: "failed"; readonly record: TaskRecord };

/** What surrounds one attempt. */
export interface AttemptSettings {
  /** Evaluates the flow's code for this attempt alone. */
  readonly evaluate: () => Promise<LoadedCode>;
  /** Asked by `current.signal`. */
  readonly signal: () => AbortSignal;
  /** Rejects when something outside of the step's own calls goes wrong: an unhandled rejection, say. */
  readonly fatal: Promise<never>;
  /** How errors are shown; asked only when there is one. */
  readonly errorContext: () => Promise<ErrorContext>;
  readonly secrets: SecretKeeper;
}

/** Makes one attempt at a task: loads, runs, stores, and commits by one write. */
export async function attemptTask(
  context: RunContext,
  spec: TaskSpec,
  settings: AttemptSettings,
): Promise<AttemptOutcome> {
  const scope = attemptScope(settings.secrets, factsOf(context, spec), (text) => {
    process.stderr.write(`Warning: ${text}\n`);
  });
  return secretScopes.run(scope, () => makeAttempt(context, spec, settings, scope));
}

async function makeAttempt(
  context: RunContext,
  spec: TaskSpec,
  settings: AttemptSettings,
  scope: AttemptScope,
): Promise<AttemptOutcome> {
  const startedAt = Date.now();
  const { mask } = settings.secrets;
  const metadata = createTaskMetadata(spec.step, mask);
  const signal = attemptSignal(settings.signal);
  let prepared: PreparedTask | undefined;
  try {
    const { code, decorators } = await evaluateFor(context, spec, settings, scope);
    const ready = await prepareTask(context, code, spec);
    prepared = ready;
    const fields = withRunDatastore(currentOf(context, spec, signal), context.datastore);
    Object.assign(fields, await withCurrent(fields, code.addedFields));
    const task = runningTask(ready, factsOf(context, spec), signal, fields, metadata);
    const failure = spec.fallback === true ? await lastFailure(context, spec) : null;
    await withCurrent(fields, () => {
      const work =
        failure === null ? runDecorated(ready, decorators, task) : runFallback(ready, decorators, task, failure);
      return Promise.race([work, settings.fatal]);
    });
    // A promise that the step left behind may have been rejected already; it fails the attempt while it can.
    await Promise.race([nextTurn(), settings.fatal]);
    const { artifacts, transition } = await storeResult(context, code, ready, mask);
    const record = {
      ...describe(context, spec, startedAt, ready, metadata),
      status: "successful",
      error: null,
    } as const;
    const committed = await commitAttempt(context, spec, { ...record, transition, artifacts });
    return committed ? { status: "successful", transition } : { status: "superseded" };
  } catch (error) {
    const record: TaskRecord = {
      ...describe(context, spec, startedAt, prepared, metadata),
      status: "failed",
      transition: null,
      artifacts: prepared === undefined ? {} : await storeRemains(context, prepared, mask),
      error: maskError(recordError(error, await settings.errorContext()), mask),
    };
    await context.records.saveFailedAttempt(record);
    return { status: "failed", record };
  }
}

/** Evaluates the code with the environment that the step's decorators ask for. */
async function evaluateFor(
  context: RunContext,
  spec: TaskSpec,
  { evaluate, secrets }: AttemptSettings,
  scope: AttemptScope,
): Promise<{ code: LoadedCode; decorators: readonly ActiveDecorator[] }> {
  const node = context.graph.steps[spec.step];
  setEnvironment({ ...node?.policy.environment, ...gangEnvironment(context.graph, spec) });
  const code = await evaluate();
  scope.find = code.findSecrets;
  await learnSecrets(secrets, code.secretsInSource());
  const decorators = activeDecorators(node?.decorators ?? [], code, spec.step, context.run.given?.step);
  const task = { ...factsOf(context, spec), environment: readEnvironment() };
  const environment = await preparedEnvironment(decorators, task);
  if (Object.keys(environment).length === 0) return { code, decorators };
  // The code at the top may read what only the decorators could find out: it is evaluated once more, with it.
  setEnvironment(environment);
  return { code: await evaluate(), decorators };
}

/** Why the attempt before failed. */
async function lastFailure({ graph, run, records }: RunContext, spec: TaskSpec): Promise<RecordedError> {
  const task = taskId(graph, spec.step, spec.address);
  const record = await records.readFailedAttempt(graph.flow, run.runId, spec.step, task, spec.attempt - 1);
  if (record?.error == null) throw errors.FALLBACK_WITHOUT_FAILURE({ task: `${spec.step}/${task}` });
  return record.error;
}

function factsOf({ graph, run }: RunContext, spec: TaskSpec): SharedFacts {
  const task = taskId(graph, spec.step, spec.address);
  const parallel = parallelInfo(graph, spec);
  return { flow: graph.flow, runId: run.runId, step: spec.step, task, attempt: spec.attempt, parallel };
}

/** What an attempt's record says besides its result. */
type Description = Omit<TaskRecord, "status" | "transition" | "artifacts" | "error">;

function describe(
  { graph, run }: RunContext,
  spec: TaskSpec,
  startedAt: number,
  prepared: PreparedTask | undefined,
  metadata: TaskMetadata,
): Description {
  const noted = metadata.values();
  return {
    version: 1,
    flow: graph.flow,
    runId: run.runId,
    step: spec.step,
    task: taskId(graph, spec.step, spec.address),
    attempt: spec.attempt,
    startedAt,
    finishedAt: Date.now(),
    inputs: spec.inputs.map((ref) => `${ref.step}/${taskId(graph, ref.step, ref.address)}`),
    foreach: prepared?.position.foreach ?? [],
    loops: prepared?.position.loops ?? [],
    ...parallelPosition(spec),
    originPathspec: null,
    ...(noted === undefined ? {} : { metadata: noted }),
  };
}

function currentOf({ graph, run }: RunContext, spec: TaskSpec, signal: () => AbortSignal): Current {
  const task = taskId(graph, spec.step, spec.address);
  // A copy: the tasks of a process share the graph.
  const ownGraph = once(() => structuredClone(graph));
  return {
    ...run.current,
    isRunningFlow: true,
    flowName: graph.flow,
    runId: run.runId,
    stepName: spec.step,
    taskId: task,
    pathspec: `${graph.flow}/${run.runId}/${spec.step}/${task}`,
    retryCount: spec.attempt,
    originRunId: run.origin?.runId,
    namespace: `user:${run.user ?? ""}`,
    username: run.user ?? undefined,
    tags: run.tags,
    parameterNames: Object.keys(run.parameters),
    get graph() {
      return ownGraph();
    },
    tempdir: readEnvironment().METAFLOW_TEMPDIR ?? ".",
    isParallel: spec.gang !== undefined,
    parallel: parallelInfo(graph, spec),
    get signal() {
      return signal();
    },
  };
}
