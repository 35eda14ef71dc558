import type { TriggerRecord } from "../contracts/trigger.js";

/** An event, or the success of a run, that started another run. */
export interface TriggerEvent {
  readonly type: "event" | "run";
  /** The event's name; of a run its flow's. */
  readonly name: string;
  /** The event's id; of a run `Flow/run`. */
  readonly id: string;
  readonly timestamp: Date;
  /** What the event carries; of a run nothing. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What started a run. Goes through the events, newest first: `for (const event of trigger)`. */
export class Trigger<R extends object> implements Iterable<TriggerEvent> {
  /** Newest first; the runs are among them. */
  readonly events: readonly TriggerEvent[];
  readonly #load: (pathspec: string) => Promise<R>;

  /** What records tell; `load` reads a run by its pathspec. */
  constructor(records: readonly TriggerRecord[], load: (pathspec: string) => Promise<R>) {
    this.events = records
      .map(({ at, ...event }) => ({ ...event, timestamp: new Date(at) }))
      .toSorted((a, b) => b.timestamp.getTime() - a.timestamp.getTime());
    this.#load = load;
  }

  /** The newest. */
  get event(): TriggerEvent | undefined {
    return this.events[0];
  }

  /** The newest run, read when it is asked for: `(await current.trigger?.run)?.data`. */
  get run(): Promise<R | undefined> {
    const newest = this.events.find(({ type }) => type === "run");
    return newest === undefined ? Promise.resolve(undefined) : this.#load(newest.id);
  }

  /** All runs, newest first. */
  get runs(): Promise<readonly R[]> {
    return Promise.all(this.events.flatMap(({ type, id }) => (type === "run" ? [this.#load(id)] : [])));
  }

  /** The newest run of a flow, whose class may stand as a type: `trigger.runOf<Run<TrainFlow>>("TrainFlow")`. */
  async runOf<T extends R = R>(flow: string): Promise<T | undefined> {
    const found = this.events.find(({ type, name }) => type === "run" && name === flow);
    return found === undefined ? undefined : ((await this.#load(found.id)) as T);
  }

  /** The newest event with the name; of a run that is its flow's. */
  get(name: string): TriggerEvent | undefined {
    return this.events.find((event) => event.name === name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  [Symbol.iterator](): Iterator<TriggerEvent> {
    return this.events[Symbol.iterator]();
  }
}
