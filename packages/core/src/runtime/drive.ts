import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordedError, RunCounts, RunFailure } from "../contracts/records.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { recordError } from "../task/record-error.js";
import { type AttemptSurroundings, type RunningAttempt, runAttempt } from "./attempt-runner.js";
import { findInputs } from "./find-inputs.js";
import type { FinishedTasks } from "./finished-tasks.js";
import { advance, createProgress, firstTasks, type ReadyTask } from "./progress.js";
import { type Region, stepOf } from "./region.js";

/** What driving a region takes. */
export interface DriveRequest extends AttemptSurroundings {
  readonly region: Region;
  /** Tasks whose records are there already, or can be taken over. */
  readonly finished: FinishedTasks;
  readonly maxWorkers: number;
  readonly maxNumSplits: number;
  /** Aborted: let nothing start, ask what runs to end, kill it after a while. */
  readonly stop: AbortSignal;
  /** Aborted: kill what runs. */
  readonly kill: AbortSignal;
}

/** How driving ended. */
export interface DriveResult {
  readonly status: "successful" | "failed" | "cancelled";
  readonly counts: RunCounts;
  readonly failure: RunFailure | null;
  /** Tasks outside of the region that may start now. */
  readonly exits: readonly TaskRef[];
}

/** A region on its way. */
export interface Drive {
  readonly ended: Promise<DriveResult>;
  /** What goes on at the moment. */
  readonly running: ReadonlySet<RunningAttempt>;
  /** Tasks that are done. */
  finishedCount(): number;
}

/** Tasks that are asked to end get this long before they are killed, in ms. */
const GRACE = 5000;

/** Drives a region to its end: `progress` decides what may start, this starts it. */
export function drive(request: DriveRequest): Drive {
  const { graph, region, observer, stop, kill } = request;
  const progress = createProgress(graph, region);
  const queue = createQueue();
  const running = new Set<RunningAttempt>();
  const exits: TaskRef[] = [];
  const counts = { successful: 0, carriedOver: 0, failed: 0 };
  let failure: RunFailure | null = null;
  let stopReason: string | null = null;
  let graceTimer: NodeJS.Timeout | undefined;
  let wake = (): void => {};

  const stopAll = (reason: string): void => {
    if (stopReason !== null) return;
    stopReason = reason;
    observer({ type: "run.stopping", at: Date.now(), reason, running: running.size });
    for (const attempt of running) attempt.stop(reason);
    graceTimer = setTimeout(() => killAll(reason), GRACE);
  };
  const killAll = (reason: string): void => {
    stopReason ??= reason;
    for (const attempt of running) attempt.kill(reason);
  };
  const fail = (task: string | null, error: RecordedError): void => {
    failure ??= { task, error };
    stopAll(task === null ? "the run cannot go on" : `task ${task} failed`);
  };
  /** Whatever goes wrong in the driver itself ends the run, with its record telling why. */
  const guarded = async (task: string | null, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      fail(task, recordError(error, await request.errorContext()));
    }
  };
  const follow = (task: TaskRef, taken: TakenTransition): readonly ReadyTask[] => {
    checkWidth(request, task, taken);
    const next = advance(progress, task, taken);
    exits.push(...next.exits);
    return next.ready;
  };
  /** Queues what has to run; what has its record already leads on at once. */
  const absorb = async (ready: readonly ReadyTask[]): Promise<void> => {
    for (let fresh = ready; fresh.length > 0 && stopReason === null; ) {
      const records = await request.finished.take(fresh);
      const further: ReadyTask[] = [];
      for (const [k, task] of fresh.entries()) {
        const transition = records[k]?.transition;
        if (transition == null) {
          queue.push(task);
        } else {
          counts.carriedOver += 1;
          further.push(...follow(task, transition));
        }
      }
      fresh = further;
    }
  };
  const start = async (task: ReadyTask): Promise<void> => {
    const inputs = task.inputs ?? (await findInputs(request, task));
    const spec = { step: task.step, address: task.address, inputs, attempt: request.finished.nextAttempt(task) };
    const attempt = runAttempt(request, spec);
    running.add(attempt);
    if (stopReason !== null) attempt.stop(stopReason);
    const result = await attempt.ended;
    running.delete(attempt);
    if (result.ok) {
      counts.successful += 1;
      await absorb(follow(task, result.transition));
    } else {
      counts.failed += 1;
      if (!result.stopped) fail(attempt.name, result.error);
    }
  };

  const loop = async (): Promise<DriveResult> => {
    let starting = 0;
    await guarded(null, () => absorb(firstTasks(progress)));
    for (;;) {
      while (stopReason === null && starting < request.maxWorkers) {
        const task = queue.shift();
        if (task === undefined) break;
        starting += 1;
        const name = `${task.step}/${taskId(graph, task.step, task.address)}`;
        void guarded(name, () => start(task)).then(() => {
          starting -= 1;
          wake();
        });
      }
      if (starting === 0) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    clearTimeout(graceTimer);
    const status = failure !== null ? "failed" : stop.aborted ? "cancelled" : "successful";
    return { status, counts, failure, exits };
  };
  const onStop = (): void => stopAll("the run was cancelled");
  const onKill = (): void => killAll("the run was cancelled");
  stop.addEventListener("abort", onStop, { once: true });
  kill.addEventListener("abort", onKill, { once: true });
  const ended = loop().finally(() => {
    stop.removeEventListener("abort", onStop);
    kill.removeEventListener("abort", onKill);
  });
  return { ended, running, finishedCount: () => counts.successful + counts.carriedOver };
}

function checkWidth({ graph, maxNumSplits }: DriveRequest, task: TaskRef, taken: TakenTransition): void {
  if (taken.kind !== "foreach" || taken.splits <= maxNumSplits) return;
  const { transition } = stepOf(graph, task.step);
  const artifact = transition.kind === "foreach" ? transition.artifact : "?";
  throw errors.FOREACH_TOO_WIDE(
    { artifact, step: task.step, splits: taken.splits, limit: maxNumSplits },
    { where: { flow: graph.flow, step: task.step, artifact } },
  );
}

/** First in, first out, without moving what waits. */
function createQueue(): { push(task: ReadyTask): void; shift(): ReadyTask | undefined } {
  let items: ReadyTask[] = [];
  let head = 0;
  return {
    push: (task) => void items.push(task),
    shift() {
      const task = items[head];
      if (task === undefined) return undefined;
      head += 1;
      if (head > 1024 && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return task;
    },
  };
}
