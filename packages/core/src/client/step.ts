import type { StepNode } from "../contracts/graph.js";
import { errors } from "../errors/codes.js";
import { nearestNames } from "../util/nearest.js";
import { Listing, type ListingOptions } from "./listing.js";
import { type RunContext, runPathspec } from "./run-context.js";
import { Task } from "./task.js";
import { readControlTasks, readFailedTasks, readStepTasks, startedTasks } from "./task-lists.js";
import { readTaskStates, type TaskState } from "./task-states.js";
import type { AnyFlow } from "./types.js";

/** A step of a run. */
export class Step<F = AnyFlow> {
  readonly name: string;
  /** `Flow/run/step` */
  readonly pathspec: string;
  readonly flowName: string;
  readonly runId: string;
  /** The step's place in the graph, its decorators and source. */
  readonly node: StepNode;
  readonly #run: RunContext;

  /** @internal */
  constructor(run: RunContext, node: StepNode) {
    this.#run = run;
    this.node = node;
    this.name = node.name;
    this.flowName = run.record.flow;
    this.runId = run.record.runId;
    this.pathspec = `${runPathspec(run)}/${node.name}`;
  }

  /** Its tasks that have started, in the order of foreach indices and iterations. */
  tasks(options: ListingOptions = {}): Listing<Task<F>> {
    return new Listing(async (limit, cursor) => {
      return this.#tasks(await readStepTasks(this.#run, this.name, limit, cursor));
    }, options);
  }

  /** The ids of its tasks that have started, in the same order. Reads no task. */
  taskIds(): Promise<readonly string[]> {
    return startedTasks(this.#run, this.name);
  }

  /** Its tasks that failed. Costs what failed, however many succeeded. */
  failedTasks(options: ListingOptions = {}): Listing<Task<F>> {
    return new Listing(async (limit, cursor) => {
      return this.#tasks(await readFailedTasks(this.#run, this.name, limit, cursor));
    }, options);
  }

  /**
   * A task by its id; without one the first.
   *
   * @throws MF_NO_SUCH_TASK, MF_NO_TASK_YET
   */
  async task(id?: string): Promise<Task<F>> {
    if (id !== undefined) {
      const [state] = await readTaskStates(this.#run, [{ step: this.name, task: id }]);
      if (state !== null && state !== undefined) return new Task(this.#run, state);
    }
    const ids = await startedTasks(this.#run, this.name);
    const [first] = ids;
    if (first === undefined) throw errors.NO_TASK_YET({ step: this.pathspec, status: this.#run.status });
    if (id === undefined) return this.task(first);
    throw errors.NO_SUCH_TASK({ step: this.pathspec, task: id, nearest: nearestNames(id, ids) });
  }

  /** Of a step that `numParallel` starts: the first task of each gang. Empty for every other step. */
  controlTasks(options: ListingOptions = {}): Listing<Task<F>> {
    return new Listing(async (limit, cursor) => {
      return this.#tasks(await readControlTasks(this.#run, this.name, limit, cursor));
    }, options);
  }

  /** The first of them, which is the only one outside of a foreach and a loop; null where none has started. */
  async controlTask(): Promise<Task<F> | null> {
    const [first] = (await readControlTasks(this.#run, this.name, 1, undefined)).items;
    return first === undefined ? null : new Task(this.#run, first);
  }

  #tasks<P extends { readonly items: readonly TaskState[]; readonly cursor: string | undefined }>(page: P) {
    return { items: page.items.map((state) => new Task<F>(this.#run, state)), cursor: page.cursor };
  }
}
