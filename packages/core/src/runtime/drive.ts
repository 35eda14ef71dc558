import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordedError, RunCounts, RunFailure } from "../contracts/records.js";
import type { TakenTransition } from "../contracts/transition.js";
import { taskId } from "../graph/addresses.js";
import { groupGangs } from "../graph/gangs.js";
import { maskError } from "../secrets/mask-error.js";
import { recordError } from "../task/record-error.js";
import { type AfterFailure, afterFailure, countFailure } from "./after-failure.js";
import type { AttemptSurroundings, FailedResult, RunningAttempt } from "./attempt-runner.js";
import { checkWidth } from "./check-width.js";
import { findInputs } from "./find-inputs.js";
import type { FinishedTasks } from "./finished-tasks.js";
import { advance, createProgress, firstTasks, type Progress, type ReadyTask } from "./progress.js";
import { type Region, stepOf } from "./region.js";
import { createRunQueue } from "./run-queue.js";
import { createStopping, type Stopping } from "./stopping.js";
import { type GroupResult, prepareGroup, type StartedGroup, type TaskGroup } from "./task-group.js";

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

/** Timers hold no more milliseconds; they would end at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

class Driver {
  readonly running = new Set<RunningAttempt>();
  readonly #request: DriveRequest;
  readonly #progress: Progress;
  readonly #stopping: Stopping;
  readonly #queue = createRunQueue<TaskGroup>();
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

  /**
   * Starts what is queued, in its order, until nothing runs and nothing may start. A gang takes a worker for each of
   * its tasks; one that is wider than there are workers has its turn when nothing else runs.
   */
  async #startAll(): Promise<void> {
    const { maxWorkers } = this.#request;
    let busy = 0;
    for (;;) {
      while (this.#stopping.reason() === null) {
        const group = this.#queue.peek();
        const width = Math.min(group?.tasks.length ?? 0, maxWorkers);
        if (group === undefined || busy + width > maxWorkers) break;
        this.#queue.shift();
        busy += width;
        void this.#guarded(this.#nameOf(group.tasks[0]), () => this.#execute(group)).then(() => {
          busy -= width;
          this.#wake();
        });
      }
      if (busy === 0 && (this.#delays.size === 0 || this.#stopping.reason() !== null)) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Makes one attempt at a group to its end, and takes note of what may start then. */
  async #execute(group: TaskGroup): Promise<void> {
    const request = this.#request;
    const [first] = group.tasks;
    // A gang's tasks have the same input: their split.
    const inputs = first.inputs ?? (await findInputs(request, first));
    const attempt = Math.max(...group.tasks.map((task) => request.finished.nextAttempt(task))) + (group.tried ?? 0);
    const prepared = await prepareGroup(request, group, attempt, inputs);
    // All that took its time; nothing starts any more once the run is being stopped.
    if (this.#stopping.reason() !== null) return;
    let after: AfterFailure = { kind: "fail" };
    const started = prepared.start((failed) => {
      after = this.#afterFailure(group, failed);
      return { retrying: after.kind !== "fail" };
    });
    const { transitions, failure } = await this.#untilEnded(started);
    if (failure === null) {
      this.#counts.successful += transitions.length;
      const ready: ReadyTask[] = [];
      // One by one: a task may lead to more others than a call takes arguments.
      for (const [k, task] of group.tasks.entries()) {
        for (const next of this.#follow(task, transitions[k])) ready.push(next);
      }
      await this.#absorb(ready);
    } else if (after.kind !== "fail") {
      this.#tryAgain(group, failure.result.isPlatform, after);
    } else {
      this.#counts.failed += group.tasks.length;
      if (!failure.result.stopped) this.#fail(failure.name, failure.result.error);
    }
  }

  #untilEnded({ attempts, ended }: StartedGroup): Promise<GroupResult> {
    const stopReason = this.#stopping.reason();
    for (const attempt of attempts) {
      this.running.add(attempt);
      void attempt.ended.finally(() => this.running.delete(attempt)).catch(() => {});
      if (stopReason !== null) attempt.stop(stopReason);
    }
    return ended;
  }

  #afterFailure(group: TaskGroup, failed: FailedResult): AfterFailure {
    if (failed.stopped || group.fallback === true || this.#stopping.reason() !== null) return { kind: "fail" };
    const failures = countFailure(group.failures, failed.isPlatform);
    const { policy } = stepOf(this.#request.graph, group.tasks[0].step);
    return afterFailure(policy, failures, failed.isPlatform, Math.random());
  }

  /** Queues the next attempt, after its delay; a task that waits takes no worker. */
  #tryAgain(group: TaskGroup, isPlatform: boolean, after: AfterFailure): void {
    const failures = countFailure(group.failures, isPlatform);
    const next = { ...group, failures, tried: (group.tried ?? 0) + 1, fallback: after.kind === "fallback" };
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
      const taken = new Map(fresh.map((task, k) => [task, records[k]?.transition] as const));
      const further: ReadyTask[] = [];
      for (const tasks of groupGangs(this.#request.graph, fresh)) {
        if (taken.get(tasks[0]) == null) {
          this.#queue.push({ tasks });
          continue;
        }
        this.#counts.carriedOver += tasks.length;
        for (const task of tasks) for (const next of this.#follow(task, taken.get(task))) further.push(next);
      }
      fresh = further;
    }
  }

  /** What the end of a task makes possible. */
  #follow(task: TaskRef, taken: TakenTransition | null | undefined): readonly ReadyTask[] {
    if (taken == null) throw new Error(`Task ${this.#nameOf(task)} has ended without a transition.`);
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
      const recorded = recordError(error, await this.#request.errorContext());
      this.#fail(task, maskError(recorded, this.#request.launcher.mask));
    }
  }

  #nameOf({ step, address }: TaskRef): string {
    return `${step}/${taskId(this.#request.graph, step, address)}`;
  }

  #fail(task: string | null, error: RecordedError): void {
    this.#failure ??= { task, error };
    this.#stopping.stopAll(task === null ? "the run cannot go on" : `task ${task} failed`);
  }
}
