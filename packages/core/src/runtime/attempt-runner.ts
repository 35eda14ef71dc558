import type { FlowGraph } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { RecordedError } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { maskError } from "../secrets/mask-error.js";
import { type ErrorContext, showRecordedError } from "../task/record-error.js";
import type { TaskSpec } from "../task/task-context.js";
import { type EndedBy, explainDeath, explainEnd, isPlatformFailure } from "./attempt-failure.js";
import { readResult } from "./attempt-result.js";
import { deathRecord } from "./death-record.js";
import type { AttemptEnd, LaunchedAttempt, TaskLauncher } from "./task-launcher.js";
import { createTaskLog, type TaskLog } from "./task-log.js";

/** What attempts of one run have in common. */
export interface AttemptSurroundings {
  readonly graph: FlowGraph;
  readonly runId: string;
  readonly records: RecordStore;
  readonly launcher: TaskLauncher;
  readonly maxLogSize: number;
  readonly observer: RunObserver;
  readonly errorContext: () => Promise<ErrorContext>;
}

/** An attempt that goes on. */
export interface RunningAttempt {
  readonly spec: TaskSpec;
  /** `step/task` */
  readonly name: string;
  readonly startedAt: number;
  /** Rejects only with ATTEMPT_SUPERSEDED: another attempt was committed before, and its record is gone. */
  readonly ended: Promise<AttemptResult>;
  /** Asks it to end and says why; what its record will give as the error. */
  stop(reason: string): void;
  kill(reason: string): void;
}

export type AttemptResult = { readonly ok: true; readonly transition: TakenTransition } | FailedResult;

export interface FailedResult {
  readonly ok: false;
  readonly error: RecordedError;
  /** The run ends, or its gang does, so this one was ended. */
  readonly stopped: boolean;
  /** Its place failed, not its code. */
  readonly isPlatform: boolean;
}

/** Has the last word on a result, before anybody hears of it. */
export type Settling = (result: AttemptResult) => Promise<AttemptResult>;

/** Decides about another attempt; asked once, before the end is reported. */
export type FailureDecision = (result: FailedResult) => { readonly retrying: boolean };

/** Launches an attempt, keeps its log, reports it, and makes sure that a record is left whatever happens. */
export function runAttempt(
  around: AttemptSurroundings,
  spec: TaskSpec,
  decide: FailureDecision = () => ({ retrying: false }),
  settle: Settling = (result) => Promise.resolve(result),
): RunningAttempt {
  const { graph, runId, records, observer } = around;
  const task = taskId(graph, spec.step, spec.address);
  const name = `${spec.step}/${task}`;
  const about = { pathspec: `${graph.flow}/${runId}/${name}`, step: spec.step, task, attempt: spec.attempt };
  const startedAt = Date.now();
  const log = around.launcher.keepsLog(spec.step)
    ? noLog
    : createTaskLog(
        records,
        { flow: graph.flow, runId, step: spec.step, task, attempt: spec.attempt },
        around.maxLogSize,
        (error) =>
          observer({
            type: "run.warning",
            at: Date.now(),
            message: around.launcher.mask.text(`The log of ${name} was not written: ${String(error)}`),
          }),
      );
  const print = (stream: "stdout" | "stderr", line: string, terminated: boolean): void => {
    log.add(stream, line, terminated);
    observer({ type: "task.log", at: Date.now(), ...about, stream, line });
  };
  let ended: EndedBy = { kind: "itself" };
  const endedBy = (by: EndedBy): void => {
    if (ended.kind === "itself") ended = by;
  };
  const launched: LaunchedAttempt = around.launcher.launch(spec, {
    onStart: (pid) => observer({ type: "task.started", at: startedAt, ...about, pid }),
    onLine: print,
  });
  // Its process may be another task's by then.
  let isOver = false;
  const finish = async (end: AttemptEnd): Promise<AttemptResult> => {
    isOver = true;
    timer.clear();
    const own = await resultOf(around, spec, end, { name, startedAt, ended, print });
    await log.close();
    const result = await settle(own);
    const error = result.ok ? null : result.error;
    const retrying = !result.ok && decide(result).retrying;
    const status = result.ok ? "successful" : "failed";
    const at = Date.now();
    observer({ type: "task.finished", at, ...about, status, durationMs: at - startedAt, error, retrying });
    return result;
  };
  const timer = limitTime(timeOf(around, spec), (limitMs) => {
    endedBy({ kind: "timeout", limitMs });
    return launched;
  });
  return {
    spec,
    name,
    startedAt,
    ended: launched.ended.then(finish),
    stop(reason) {
      if (isOver) return;
      endedBy({ kind: "stop", reason });
      launched.stop();
    },
    kill(reason) {
      if (isOver) return;
      endedBy({ kind: "stop", reason });
      launched.kill();
    },
  };
}

/** An attempt beyond its time is asked to end, and killed this much later, in ms. */
export const GRACE = 5000;

/** Timers hold no more milliseconds: they would end at once. No process lives through these 24 days either. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * How long an attempt may take. Where its process watches over that itself, and says so in its record, it is ended from
 * here only when it does not. A fallback is no work of the step.
 */
function timeOf({ graph, launcher }: AttemptSurroundings, spec: TaskSpec): number | undefined {
  const limitMs = graph.steps[spec.step]?.policy.timeLimitMs;
  if (limitMs === undefined || spec.fallback === true) return undefined;
  return launcher.keepsLog(spec.step) ? limitMs + 3 * GRACE : limitMs;
}

function limitTime(
  limitMs: number | undefined,
  expire: (limitMs: number) => Pick<LaunchedAttempt, "stop" | "kill">,
): { clear(): void } {
  if (limitMs === undefined || limitMs > LONGEST_TIMER) return { clear: () => {} };
  let kill: NodeJS.Timeout | undefined;
  const stop = setTimeout(() => {
    const attempt = expire(limitMs);
    attempt.stop();
    kill = setTimeout(() => attempt.kill(), GRACE);
  }, limitMs);
  return {
    clear() {
      clearTimeout(stop);
      clearTimeout(kill);
    },
  };
}

const noLog: TaskLog = { add: () => {}, close: async () => {} };

interface AttemptFacts {
  readonly name: string;
  readonly startedAt: number;
  readonly ended: EndedBy;
  readonly print: (...line: Parameters<TaskLog["add"]>) => void;
}

async function resultOf(
  around: AttemptSurroundings,
  spec: TaskSpec,
  end: AttemptEnd,
  facts: AttemptFacts,
): Promise<AttemptResult> {
  const stopped = facts.ended.kind === "stop";
  switch (end.status) {
    case "successful":
      return { ok: true, transition: end.transition };
    case "superseded":
      return { ok: true, transition: await committedTransition(around, spec) };
    case "failed": {
      const { ended } = facts;
      const error = ended.kind === "itself" ? end.error : await recordReason(around, spec, facts, ended, end.error);
      return { ok: false, error, stopped, isPlatform: isPlatformFailure(error) };
    }
    case "died": {
      // It may have committed with its last breath; then that is what counts.
      const committed = await readResult(around, spec);
      if (committed?.transition != null) return { ok: true, transition: committed.transition };
      const explained = explainDeath(facts.name, end.death, facts.ended, await around.errorContext());
      const error = maskError(explained, around.launcher.mask);
      for (const line of showRecordedError(error).split("\n")) facts.print("stderr", line, true);
      await around.records.saveFailedAttempt(deathRecord(around, spec, facts.startedAt, error));
      return { ok: false, error, stopped, isPlatform: isPlatformFailure(error) };
    }
  }
}

/** Says in the record too why it was told to end. */
async function recordReason(
  around: AttemptSurroundings,
  spec: TaskSpec,
  facts: AttemptFacts,
  ended: Parameters<typeof explainEnd>[1],
  cause: RecordedError,
): Promise<RecordedError> {
  const { graph, records, runId } = around;
  const explained = explainEnd(facts.name, ended, cause, await around.errorContext());
  const error = maskError(explained, around.launcher.mask);
  const task = taskId(graph, spec.step, spec.address);
  const record = await records.readFailedAttempt(graph.flow, runId, spec.step, task, spec.attempt);
  await records.saveFailedAttempt({ ...(record ?? deathRecord(around, spec, facts.startedAt, error)), error });
  return error;
}

async function committedTransition(around: AttemptSurroundings, spec: TaskSpec): Promise<TakenTransition> {
  const { graph, records, runId } = around;
  const task = taskId(graph, spec.step, spec.address);
  const record = await records.readTask(graph.flow, runId, spec.step, task);
  if (record?.transition != null) return record.transition;
  throw errors.ATTEMPT_SUPERSEDED({ task: `${spec.step}/${task}` });
}
