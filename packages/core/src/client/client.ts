import type { FlowClass } from "../contracts/flow-definition.js";
import { Flow } from "./flow.js";
import { parsePathspec } from "./pathspec.js";
import type { Reader } from "./reader.js";
import type { Run } from "./run.js";
import type { Step } from "./step.js";
import type { Task } from "./task.js";
import type { AnyFlow } from "./types.js";

/** Reads what runs left in a datastore. */
export class Client {
  readonly #reader: Reader;

  /** @internal */
  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** The flows that have run, by name. */
  async flows(): Promise<readonly Flow[]> {
    const names = await this.#reader.records.listFlows();
    return names.map((name) => new Flow(this.#reader, name));
  }

  /** A flow, by its class, which gives artifacts their types, or by its name. Nothing is read yet. */
  flow<F extends object>(flow: FlowClass<F>): Flow<F>;
  /** By its name alone the class may stand as a type: `client.flow<TrainFlow>("TrainFlow")` imports no code. */
  flow<F extends object = AnyFlow>(flow: string): Flow<F>;
  flow(flow: string | FlowClass): Flow {
    return new Flow(this.#reader, typeof flow === "string" ? flow : flow.name);
  }

  /** A run by `Flow/run`. */
  async run(pathspec: string): Promise<Run> {
    const { flow, run } = parsePathspec(pathspec, "run");
    return this.flow(flow).run(run);
  }

  /** A step by `Flow/run/step`. */
  async step(pathspec: string): Promise<Step> {
    const { flow, run, step } = parsePathspec(pathspec, "step");
    return (await this.flow(flow).run(run)).step(step);
  }

  /** A task by `Flow/run/step/task`. */
  async task(pathspec: string): Promise<Task> {
    const { flow, run, step, task } = parsePathspec(pathspec, "task");
    return (await this.flow(flow).run(run)).task(step, task);
  }
}
