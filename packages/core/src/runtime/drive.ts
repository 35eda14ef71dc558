import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordedError, RunCounts, RunFailure } from "../contracts/records.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { recordError } from "../task/record-error.js";
import { type AfterFailure, afterFailure, type FailureCount } from "./after-failure.js";
import { type AttemptResult, type AttemptSurroundings, type RunningAttempt, runAttempt } from "./attempt-runner.js";
import { findInputs } from "./find-inputs.js";
import type { FinishedTasks } from "./finished-tasks.js";
import { advance, createProgress, firstTasks, type Progress, type ReadyTask } from "./progress.js";
import { type Region, stepOf } from "./region.js";
import { createRunQueue } from "./run-queue.js";
import { createStopping, type Stopping } from "./stopping.js";

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

/** Drives a region to its end: `progress` decides what may start, this starts it. */
export function drive(request: DriveRequest): Drive {
  const driver = new Driver(request);
  return { ended: driver.run(), running: driver.running, finishedCount: () => driver.finishedCount() };
}

/** A task whose turn comes, with what happened to it before. */
interface QueuedTask extends ReadyTask {
  readonly failures?: FailureCount;
  /** Attempts of this drive. */
  readonly tried?: number;
  readonly fallback?: boolean;
}

/** Timers hold no more milliseconds; they would end at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

class Driver {
  readonly running = new Set<RunningAttempt>();
  readonly #request: DriveRequest;
  readonly #progress: Progress;
  readonly #stopping: Stopping;
  readonly #queue = createRunQueue<QueuedTask>();
  readonly #exits: TaskRef[] = [];
  readonly #counts = { successful: 0, carriedOver: 0, failed: 0 };
  #failure: RunFailure | null = null;
  /** Of tasks whose next attempt is not due yet. */
  readonly #delays = new Set<NodeJS.Timeout>();
  #wake = (): void => {};

  constructor(request: DriveRequest) {
    this.#request = request;
    this.#progress = createProgress(request.graph, request.region);
    this.#stopping = createStopping({ ...request, running: this.running, stopped: () => this.#wake() });
  }

  async run(): Promise<DriveResult> {
    await this.#guarded(null, () => this.#absorb(firstTasks(this.#progress)));
    await this.#startAll();
    this.#stopping.dispose();
    for (const delay of this.#delays) clearTimeout(delay);
    const failure = this.#failure;
    const isCancelled = this.#request.stop.aborted || this.#request.kill.aborted;
    const status = failure !== null ? "failed" : isCancelled ? "cancelled" : "successful";
    return { status, counts: this.#counts, failure, exits: this.#exits };
  }

  finishedCount(): number {
    return this.#counts.successful + this.#counts.carriedOver;
  }

  /** Starts what is queued, as many at a time as there are workers, until nothing runs and nothing may start. */
  async #startAll(): Promise<void> {
    const { graph, maxWorkers } = this.#request;
    let busy = 0;
    for (;;) {
      while (this.#stopping.reason() === null && busy < maxWorkers) {
        const task = this.#queue.shift();
        if (task === undefined) break;
        busy += 1;
        const name = `${task.step}/${taskId(graph, task.step, task.address)}`;
        void this.#guarded(name, () => this.#execute(task)).then(() => {
          busy -= 1;
          this.#wake();
        });
      }
      if (busy === 0 && (this.#delays.size === 0 || this.#stopping.reason() !== null)) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Runs one attempt of a task to its end, and takes note of what may start then. */
  async #execute(task: QueuedTask): Promise<void> {
    const request = this.#request;
    const inputs = task.inputs ?? (await findInputs(request, task));
    // The search took its time; nothing starts any more once the run is being stopped.
    if (this.#stopping.reason() !== null) return;
    const first = request.finished.nextAttempt(task);
    const spec = { step: task.step, address: task.address, inputs, attempt: first + (task.tried ?? 0) };
    let after: AfterFailure = { kind: "fail" };
    const attempt = runAttempt(request, task.fallback === true ? { ...spec, fallback: true } : spec, (failed) => {
      after = this.#afterFailure(task, failed);
      return { retrying: after.kind !== "fail" };
    });
    this.running.add(attempt);
    const stopReason = this.#stopping.reason();
    if (stopReason !== null) attempt.stop(stopReason);
    const result = await attempt.ended;
    this.running.delete(attempt);
    if (result.ok) {
      this.#counts.successful += 1;
      await this.#absorb(this.#follow(task, result.transition));
    } else {
      if (after.kind !== "fail") {
        this.#tryAgain(task, inputs, result.isPlatform, after);
        return;
      }
      this.#counts.failed += 1;
      if (!result.stopped) this.#fail(attempt.name, result.error);
    }
  }

  #afterFailure(task: QueuedTask, failed: Extract<AttemptResult, { ok: false }>): AfterFailure {
    if (failed.stopped || task.fallback === true || this.#stopping.reason() !== null) return { kind: "fail" };
    const failures = countFailure(task.failures, failed.isPlatform);
    const { policy } = stepOf(this.#request.graph, task.step);
    return afterFailure(policy, failures, failed.isPlatform, Math.random());
  }

  /** Queues the next attempt, after its delay; a task that waits takes no worker. */
  #tryAgain(task: QueuedTask, inputs: readonly TaskRef[], isPlatform: boolean, after: AfterFailure): void {
    const failures = countFailure(task.failures, isPlatform);
    const next = { ...task, inputs, failures, tried: (task.tried ?? 0) + 1, fallback: after.kind === "fallback" };
    const delayMs = after.kind === "retry" ? after.delayMs : 0;
    if (delayMs === 0) {
      this.#queue.push(next);
      return;
    }
    const delay = setTimeout(
      () => {
        this.#delays.delete(delay);
        this.#queue.push(next);
        this.#wake();
      },
      Math.min(delayMs, LONGEST_DELAY),
    );
    this.#delays.add(delay);
  }

  /** Queues what has to run; what has its record already leads on at once. */
  async #absorb(ready: readonly ReadyTask[]): Promise<void> {
    for (let fresh = ready; fresh.length > 0 && this.#stopping.reason() === null; ) {
      const records = await this.#request.finished.take(fresh);
      const further: ReadyTask[] = [];
      for (const [k, task] of fresh.entries()) {
        const transition = records[k]?.transition;
        if (transition == null) {
          this.#queue.push(task);
        } else {
          this.#counts.carriedOver += 1;
          for (const next of this.#follow(task, transition)) further.push(next);
        }
      }
      fresh = further;
    }
  }

  /** What the end of a task makes possible. */
  #follow(task: TaskRef, taken: TakenTransition): readonly ReadyTask[] {
    checkWidth(this.#request, task, taken);
    const next = advance(this.#progress, task, taken);
    for (const exit of next.exits) this.#exits.push(exit);
    return next.ready;
  }

  /** Whatever goes wrong in the driver itself ends the run, with its record telling why. */
  async #guarded(task: string | null, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#fail(task, recordError(error, await this.#request.errorContext()));
    }
  }

  #fail(task: string | null, error: RecordedError): void {
    this.#failure ??= { task, error };
    this.#stopping.stopAll(task === null ? "the run cannot go on" : `task ${task} failed`);
  }
}

function countFailure(earlier: FailureCount | undefined, isPlatform: boolean): FailureCount {
  const before = earlier ?? { own: 0, platform: 0 };
  return isPlatform ? { ...before, platform: before.platform + 1 } : { ...before, own: before.own + 1 };
}

function checkWidth({ graph, maxNumSplits }: DriveRequest, task: TaskRef, taken: TakenTransition): void {
  if (taken.kind !== "foreach" || taken.splits <= maxNumSplits) return;
  const { transition, source } = stepOf(graph, task.step);
  const artifact = transition.kind === "foreach" ? transition.artifact : "?";
  throw errors.FOREACH_TOO_WIDE(
    { artifact, step: task.step, splits: taken.splits, limit: maxNumSplits },
    { where: { flow: graph.flow, step: task.step, artifact, source: source ?? undefined } },
  );
}
