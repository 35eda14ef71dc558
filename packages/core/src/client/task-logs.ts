import { setTimeout as sleep } from "node:timers/promises";
import { joinLogLines, type LogLine, type LogStream } from "../util/log-lines.js";
import { GrowingLog } from "./growing-log.js";
import { type RunContext, readRunContext } from "./run-context.js";
import { homeOf, readAttempt, type TaskState } from "./task-states.js";

/** Milliseconds between two looks at a log that is followed. */
const POLL = 500;

export interface LogOptions {
  /** Both streams, in the order of time, unless one is named. */
  readonly stream?: LogStream | undefined;
  /** Only this many last lines, and what follows them. */
  readonly tail?: number | undefined;
  /** Waits for further lines until the attempt has ended. */
  readonly follow?: boolean | undefined;
  /** Ends a follow. */
  readonly signal?: AbortSignal | undefined;
}

/** What one attempt of a task printed. */
export class TaskLogs {
  readonly #run: RunContext;
  readonly #state: TaskState;

  /** @internal */
  constructor(run: RunContext, state: TaskState) {
    this.#run = run;
    this.#state = state;
  }

  /** All of stdout, as it was printed. */
  stdout(): Promise<string> {
    return this.#text("stdout");
  }

  /** All of stderr, as it was printed. */
  stderr(): Promise<string> {
    return this.#text("stderr");
  }

  /** The lines one by one, in the order in which they were captured. */
  async *lines(options: LogOptions = {}): AsyncGenerator<LogLine, void, undefined> {
    const { stream, tail, follow = false, signal } = options;
    const { run: runId, ...home } = homeOf(this.#run, this.#state);
    const log = { ...home, runId, attempt: this.#state.attempt };
    const reader = new GrowingLog(this.#run.reader.records, log, this.#state.record === null);
    const read = async function* (): AsyncGenerator<LogLine> {
      for await (const line of reader.readOn()) if (stream === undefined || line.stream === stream) yield line;
    };
    if (tail === undefined) yield* read();
    else yield* await last(read(), tail);
    if (!follow || this.#state.status !== "running") return;
    for (let ended = false; !ended && signal?.aborted !== true; ) {
      ended = await this.#hasEnded();
      // Also after the end: the last lines may be written a moment later than the record.
      await sleep(POLL, undefined, { signal }).catch(() => undefined);
      yield* read();
    }
  }

  async #text(stream: LogStream): Promise<string> {
    const lines: LogLine[] = [];
    for await (const line of this.lines({ stream })) lines.push(line);
    return joinLogLines(lines);
  }

  async #hasEnded(): Promise<boolean> {
    const { reader, record } = this.#run;
    const now = await readRunContext(reader, record.flow, record.runId);
    if (now === null || now.status !== "running") return true;
    const attempt = await readAttempt(now, this.#state, this.#state.attempt);
    return attempt !== null && attempt.record !== null;
  }
}

async function last<T>(items: AsyncIterable<T>, count: number): Promise<readonly T[]> {
  let kept: T[] = [];
  for await (const item of items) {
    kept.push(item);
    // Cut now and then only: a shift for each line of a long log would be slow.
    if (kept.length > 2 * count + 1000) kept = kept.slice(kept.length - count);
  }
  return kept.slice(Math.max(0, kept.length - count));
}
