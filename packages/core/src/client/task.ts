import type { ForeachPosition, LoopPosition, ParallelPosition, RecordedError } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import { nearestNames } from "../util/nearest.js";
import { Artifact } from "./artifact.js";
import { type ArtifactData, artifactData } from "./data.js";
import { Listing } from "./listing.js";
import { childKeys, parentKeys } from "./related-tasks.js";
import { type RunContext, runPathspec } from "./run-context.js";
import { TaskLogs } from "./task-logs.js";
import { listAttempts, readAttempt, readTaskStates, type TaskKey, type TaskState } from "./task-states.js";
import type { AnyFlow, ArtifactOf, TaskStatus, ValueOf } from "./types.js";

/**
 * A task, as it was when it was read. It shows one attempt: the committed one, else the one that runs, else the last
 * that failed; `attempt(n)` shows another.
 */
export class Task<F = AnyFlow> {
  /** Its address among the tasks of its step. */
  readonly id: string;
  /** `Flow/run/step/task` */
  readonly pathspec: string;
  readonly flowName: string;
  readonly runId: string;
  readonly stepName: string;
  /** The attempt that this object shows, from 0. */
  readonly currentAttempt: number;
  /** Of the attempt shown. */
  readonly status: TaskStatus;
  readonly startedAt: Date;
  /** Null where the attempt has no end. */
  readonly finishedAt: Date | null;
  /** The foreaches around the task, outermost first; empty until the attempt has ended. */
  readonly foreach: readonly ForeachPosition[];
  /** Its index in the innermost foreach; null outside of one, and until the attempt has ended. */
  readonly index: number | null;
  /** The loops around the task, outermost first; empty until the attempt has ended. */
  readonly loops: readonly LoopPosition[];
  /** Its place among the tasks of its `numParallel`; null outside of one, and until the attempt has ended. */
  readonly parallel: ParallelPosition | null;
  /** Why the attempt failed; null where it did not. */
  readonly error: RecordedError | null;
  /** The task whose result this is, where a resumed run took it over. */
  readonly originPathspec: string | null;
  /** What decorators noted about the attempt; empty until it has ended. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What the attempt printed. */
  readonly logs: TaskLogs;
  /** Values of artifacts: `await task.data.score`. */
  readonly data: ArtifactData<F>;
  readonly #run: RunContext;
  readonly #state: TaskState;

  /** @internal */
  constructor(run: RunContext, state: TaskState) {
    const { record } = state;
    this.#run = run;
    this.#state = state;
    this.id = state.task;
    this.flowName = run.record.flow;
    this.runId = run.record.runId;
    this.stepName = state.step;
    this.pathspec = `${runPathspec(run)}/${state.step}/${state.task}`;
    this.currentAttempt = state.attempt;
    this.status = state.status;
    this.startedAt = new Date(state.startedAt);
    this.finishedAt = record === null ? null : new Date(record.finishedAt);
    this.foreach = record?.foreach ?? [];
    this.index = this.foreach.at(-1)?.index ?? null;
    this.loops = record?.loops ?? [];
    this.parallel = record?.parallel ?? null;
    this.error = record?.error ?? null;
    this.originPathspec = record?.originPathspec ?? null;
    this.metadata = record?.metadata ?? {};
    this.logs = new TaskLogs(run, state);
    this.data = artifactData<F>(async (name) => this.#artifact(name).value());
  }

  /** All artifacts of the attempt, by name, without their values. Empty until it has ended. */
  artifacts(): readonly Artifact[] {
    const names = Object.keys(this.#state.record?.artifacts ?? {}).sort();
    return names.map((name) => this.#artifact(name));
  }

  /**
   * An artifact, of which nothing is loaded yet.
   *
   * @throws MF_NO_SUCH_ARTIFACT
   */
  artifact<K extends ArtifactOf<F>>(name: K): Artifact<ValueOf<F, K>> {
    return this.#artifact(name) as Artifact<ValueOf<F, K>>;
  }

  /** The attempts of this task that left a trace, first to last. */
  async attempts(): Promise<readonly Task<F>[]> {
    const numbers = await listAttempts(this.#run, this.#state);
    return Promise.all(numbers.map((number) => this.attempt(number)));
  }

  /**
   * The same task, showing another attempt.
   *
   * @throws MF_NO_SUCH_ATTEMPT
   */
  async attempt(number: number): Promise<Task<F>> {
    if (number === this.#state.attempt) return this;
    const known = Number.isSafeInteger(number) && number >= 0;
    const state = known ? await readAttempt(this.#run, this.#state, number) : null;
    if (state !== null) return new Task(this.#run, state);
    const attempts = await listAttempts(this.#run, this.#state);
    throw errors.NO_SUCH_ATTEMPT({ task: this.pathspec, attempt: number, attempts });
  }

  /** The tasks whose artifacts this one got, in the order of a join's inputs. */
  parents(): Listing<Task<F>> {
    return this.#related(async () => parentKeys(this.#state));
  }

  /** The tasks that this one led to and that have started, in the order of branches or items. */
  children(): Listing<Task<F>> {
    return this.#related(async () => childKeys(await this.#run.graph(), this.#state));
  }

  #artifact(name: string): Artifact {
    const artifacts = this.#state.record?.artifacts ?? {};
    const ref = Object.hasOwn(artifacts, name) ? artifacts[name] : undefined;
    if (ref !== undefined) return new Artifact(this.#run.reader, this.pathspec, name, ref);
    const nearest = nearestNames(name, Object.keys(artifacts));
    throw errors.NO_SUCH_ARTIFACT({ task: this.pathspec, artifact: name, nearest });
  }

  #related(keys: () => Promise<readonly TaskKey[]>): Listing<Task<F>> {
    return new Listing(async (limit, cursor = "0") => {
      const all = await keys();
      const from = Number(cursor);
      const states = await readTaskStates(this.#run, all.slice(from, from + limit));
      return {
        items: states.filter((state) => state !== null).map((state) => new Task<F>(this.#run, state)),
        cursor: from + limit < all.length ? String(from + limit) : undefined,
      };
    });
  }
}
