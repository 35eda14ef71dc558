import type { FlowGraph } from "../contracts/graph.js";
import type { ObservedRunStatus, RecordedError, RunCounts } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { changeTags, type TagChange } from "../metadata/run-tags.js";
import { nearestNames } from "../util/nearest.js";
import { countTasks } from "./count-tasks.js";
import { type ArtifactData, artifactData } from "./data.js";
import { findRun } from "./find-run.js";
import { Listing, type ListingOptions } from "./listing.js";
import { parsePathspec } from "./pathspec.js";
import { RunCode } from "./run-code.js";
import { type RunContext, readRunContext, runPathspec } from "./run-context.js";
import { Step } from "./step.js";
import { Task } from "./task.js";
import { readFailedTasks } from "./task-lists.js";
import { readTaskStates, runningKeys } from "./task-states.js";
import { Trigger } from "./trigger.js";
import type { AnyFlow, ArtifactOf, StepCounts, StepOf, ValueOf } from "./types.js";

/** Why a run failed. */
export interface FailedRun {
  /** `Flow/run/step/task` of the task that failed for good; null where the run itself could not go on. */
  readonly pathspec: string | null;
  readonly error: RecordedError;
}

/** A run, as it was when it was read; `refresh()` reads it again. */
export class Run<F = AnyFlow> {
  readonly id: string;
  /** `Flow/run` */
  readonly pathspec: string;
  readonly flowName: string;
  readonly status: ObservedRunStatus;
  readonly startedAt: Date;
  /** Null where the run has no end. */
  readonly finishedAt: Date | null;
  readonly user: string | null;
  /** User and system tags, sorted. */
  readonly tags: readonly string[];
  readonly userTags: readonly string[];
  readonly systemTags: readonly string[];
  /** The run that this one resumed. */
  readonly originPathspec: string | null;
  /** The step that the resume was told to begin with. */
  readonly originStep: string | null;
  readonly failure: FailedRun | null;
  /** Null until the run has ended. */
  readonly counts: RunCounts | null;
  /** What started it: events, or runs of other flows. Null where somebody did. */
  readonly trigger: Trigger<Run> | null;
  /** The code that its tasks ran. */
  readonly code: RunCode;
  /** Values of the end task's artifacts: `await run.data.score`. */
  readonly data: ArtifactData<F>;
  readonly #run: RunContext;

  /** @internal */
  constructor(run: RunContext) {
    const { record } = run;
    const { flow, origin, failure } = record;
    this.#run = run;
    this.id = record.runId;
    this.flowName = flow;
    this.pathspec = runPathspec(run);
    this.status = run.status;
    this.startedAt = new Date(record.startedAt);
    this.finishedAt = record.finishedAt === null ? null : new Date(record.finishedAt);
    this.user = record.user;
    this.userTags = record.tags;
    this.systemTags = record.systemTags;
    this.tags = [...new Set([...record.tags, ...record.systemTags])].sort();
    this.originPathspec = origin === null ? null : `${flow}/${origin.runId}`;
    this.originStep = origin?.step ?? null;
    this.failure = failure && {
      pathspec: failure.task === null ? null : `${this.pathspec}/${failure.task}`,
      error: failure.error,
    };
    this.counts = record.counts;
    this.trigger = triggerOf(run);
    this.code = new RunCode(this.pathspec, record.code, run.reader);
    this.data = artifactData<F>(async (name) => (await this.endTask()).artifact(name as ArtifactOf<F>).value());
  }

  /** The run as it is now. */
  async refresh(): Promise<Run<F>> {
    return new Run((await readRunContext(this.#run.reader, this.flowName, this.id)) ?? this.#run);
  }

  /** Adds tags, and gives the run as it is then. @throws MF_TAG_INVALID, MF_TAGS_TOO_MANY */
  addTags(...tags: readonly string[]): Promise<Run<F>> {
    return this.replaceTags({ add: tags });
  }

  /** Takes tags away, and gives the run as it is then. @throws MF_TAG_IS_SYSTEM */
  removeTags(...tags: readonly string[]): Promise<Run<F>> {
    return this.replaceTags({ remove: tags });
  }

  /** Takes tags away and adds others at once: nobody sees the run between the two. */
  async replaceTags(change: TagChange): Promise<Run<F>> {
    const { records } = this.#run.reader;
    await records.updateRun(this.flowName, this.id, (record) => {
      const tags = changeTags(record, change);
      const isSame = tags.length === record.tags.length && tags.every((tag, i) => tag === record.tags[i]);
      return isSame ? record : { ...record, tags };
    });
    return this.refresh();
  }

  /** The values of parameters and configs, by field. */
  async parameters(): Promise<{ readonly [K in ArtifactOf<F>]?: ValueOf<F, K> }> {
    const { reader, record, damage } = this.#run;
    if (damage !== null) throw damage;
    const loaded = Object.entries(record.parameters).map(async ([name, ref]) => [name, await reader.load(name, ref)]);
    return Object.fromEntries(await Promise.all(loaded));
  }

  /** The flow's graph as it was when the run started. */
  graph(): Promise<FlowGraph> {
    return this.#run.graph();
  }

  /** The steps that have started, in the order of the graph. */
  async steps(): Promise<readonly Step<F>[]> {
    const { steps } = await this.graph();
    const counts = await this.stepCounts();
    return counts.flatMap(({ step }) => (steps[step] === undefined ? [] : new Step<F>(this.#run, steps[step])));
  }

  /**
   * A step of the flow, started or not.
   *
   * @throws MF_NO_SUCH_STEP
   */
  async step(name: StepOf<F>): Promise<Step<F>> {
    const { steps } = await this.graph();
    const node = Object.hasOwn(steps, name) ? steps[name] : undefined;
    if (node !== undefined) return new Step(this.#run, node);
    const nearest = nearestNames(name, Object.keys(steps));
    throw errors.NO_SUCH_STEP({ run: this.pathspec, step: name, nearest });
  }

  /**
   * A task by its step and id; without an id the first of the step.
   *
   * @throws MF_NO_SUCH_STEP, MF_NO_SUCH_TASK, MF_NO_TASK_YET
   */
  async task(step: StepOf<F>, id?: string): Promise<Task<F>> {
    return (await this.step(step)).task(id);
  }

  /** The task of the end step. @throws MF_NO_TASK_YET where the run did not get there. */
  async endTask(): Promise<Task<F>> {
    return this.task((await this.graph()).end as StepOf<F>);
  }

  /** Tasks that failed, of all steps. Costs what failed, however many succeeded. */
  failedTasks(options: ListingOptions = {}): Listing<Task<F>> {
    return new Listing(async (limit, cursor) => {
      const { items, cursor: next } = await readFailedTasks(this.#run, undefined, limit, cursor);
      return { items: items.map((state) => new Task<F>(this.#run, state)), cursor: next };
    }, options);
  }

  /** Tasks that have started and have no end: running ones, or dead ones where the run's process is gone. */
  async runningTasks(): Promise<readonly Task<F>[]> {
    const states = await readTaskStates(this.#run, runningKeys(this.#run));
    return states.flatMap((state) => (state?.record === null ? new Task<F>(this.#run, state) : []));
  }

  /** How many tasks of each step that has started are where; reads no task. */
  stepCounts(): Promise<readonly StepCounts[]> {
    return countTasks(this.#run);
  }
}

function triggerOf({ record: { triggers = [] }, reader }: RunContext): Trigger<Run> | null {
  if (triggers.length === 0) return null;
  return new Trigger(triggers, async (pathspec) => {
    const { flow, run } = parsePathspec(pathspec, "run");
    return new Run(await findRun(reader, flow, run));
  });
}
