import { observeRun } from "../metadata/observed-status.js";
import { joinLogLines, type LogLine, type LogStream } from "../util/log-lines.js";
import { createPollPause } from "../util/poll-pause.js";
import { GrowingLog } from "./growing-log.js";
import type { RunContext } from "./run-context.js";
import { homeOf, type TaskState } from "./task-states.js";

/** At a log whose attempt has ended. */
const LAST_LOOKS = 2;

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
    const pause = createPollPause();
    let isNews = true;
    // Also after the end: the last lines are written a moment later than the record.
    for (let looks = LAST_LOOKS; looks > 0 && signal?.aborted !== true; ) {
      if (looks < LAST_LOOKS || (await this.#hasEnded())) looks -= 1;
      await pause.wait(isNews, signal);
      isNews = false;
      for await (const line of read()) {
        isNews = true;
        yield line;
      }
    }
  }

  async #text(stream: LogStream): Promise<string> {
    const lines: LogLine[] = [];
    for await (const line of this.lines({ stream })) lines.push(line);
    return joinLogLines(lines);
  }

  async #hasEnded(): Promise<boolean> {
    const { reader, record } = this.#run;
    const { step, task, attempt } = this.#state;
    const { flow, runId } = record;
    if ((await reader.records.readTask(flow, runId, step, task)) !== null) return true;
    const now = await observeRun(reader.records, flow, runId);
    if (now?.status !== "running") return true;
    return (await reader.records.readFailedAttempt(flow, runId, step, task, attempt)) !== null;
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
