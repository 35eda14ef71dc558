import type { OpenObserver } from "../../contracts/observer.js";
import type { RunEvent } from "../../contracts/run-events.js";

/** One observer of a run, with what it has not been given yet. */
export interface ObserverQueue {
  /** Takes note of an event; never throws, never waits. */
  push(event: RunEvent): void;
  /** Resolves when all events were given and the observer has closed, or when it took too long. */
  close(): Promise<void>;
}

export interface ObserverQueueOptions {
  readonly name: string;
  /** Called at once; events wait until it is open. */
  readonly open: () => OpenObserver | Promise<OpenObserver>;
  /** Told about the first thing that goes wrong, and about nothing else. */
  readonly warn: (message: string) => void;
  /** Milliseconds that it has at the end. */
  readonly closeMs?: number;
}

/** Events that it gets at a time. */
const BATCH = 100;
/** Events that wait before lines of logs are left out, and before it is given up. */
const MOST_WAITING = 10_000;
const MOST_KEPT = 100_000;
/** Failures one after the other after which it is given up. */
const MOST_FAILURES = 3;
const CLOSE_MS = 5000;

/** Gives events to an observer in order, one batch at a time, whatever it does. */
export function createObserverQueue(options: ObserverQueueOptions): ObserverQueue {
  return new Queue(options);
}

class Queue implements ObserverQueue {
  readonly #options: ObserverQueueOptions;
  readonly #opened: Promise<OpenObserver | null>;
  #waiting: RunEvent[] = [];
  #working: Promise<void> | null = null;
  #failures = 0;
  #isGivenUp = false;
  #isWarned = false;

  constructor(options: ObserverQueueOptions) {
    this.#options = options;
    this.#opened = this.#open();
  }

  push(event: RunEvent): void {
    if (this.#isGivenUp) return;
    const waiting = this.#waiting.length;
    if (waiting >= MOST_KEPT) {
      this.#giveUp(`does not take its events: ${waiting} wait`);
    } else if (waiting >= MOST_WAITING && event.type === "task.log") {
      this.#warn("cannot keep up: lines of logs are left out");
    } else {
      this.#waiting.push(event);
      this.#working ??= this.#work();
    }
  }

  async close(): Promise<void> {
    const { closeMs = CLOSE_MS } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((done) => {
      timer = setTimeout(() => {
        this.#giveUp(`did not end within ${closeMs} ms`);
        done();
      }, closeMs);
    });
    await Promise.race([this.#end(), late]);
    clearTimeout(timer);
  }

  async #end(): Promise<void> {
    while (this.#working !== null) await this.#working;
    try {
      await (await this.#opened)?.close?.();
    } catch (error) {
      this.#warn(`failed when it was closed: ${reasonOf(error)}`);
    }
  }

  async #open(): Promise<OpenObserver | null> {
    try {
      return await this.#options.open();
    } catch (error) {
      this.#giveUp(`could not be opened: ${reasonOf(error)}`);
      return null;
    }
  }

  async #work(): Promise<void> {
    const observer = await this.#opened;
    while (observer !== null && this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        await observer.observe(batch);
        this.#failures = 0;
      } catch (error) {
        this.#failed(reasonOf(error));
      }
    }
    this.#working = null;
  }

  #failed(reason: string): void {
    this.#failures += 1;
    if (this.#failures >= MOST_FAILURES) this.#giveUp(`failed: ${reason}`);
    else this.#warn(`failed: ${reason}`);
  }

  #giveUp(problem: string): void {
    this.#isGivenUp = true;
    this.#waiting = [];
    this.#warn(`${problem}. It gets no further events`);
  }

  #warn(problem: string): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    this.#options.warn(`The observer '${this.#options.name}' ${problem}.`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
