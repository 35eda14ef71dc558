import type { LogRef, RecordStore } from "../contracts/record-store.js";
import { type LogLine, parseLogLines } from "../util/log-lines.js";

/** Reads a log that somebody may be writing: the last chunk is written again and again, longer each time. */
export class GrowingLog {
  readonly #records: RecordStore;
  readonly #log: LogRef;
  readonly #isLive: boolean;
  #chunk = 0;
  /** Characters of the chunk that have been read. */
  #seen = 0;

  constructor(records: RecordStore, log: LogRef, isLive: boolean) {
    this.#records = records;
    this.#log = log;
    this.#isLive = isLive;
  }

  /** The lines that have come since the last call. */
  async *readOn(): AsyncGenerator<LogLine, void, undefined> {
    let isFirst = true;
    for await (const text of this.#records.readLogChunks(this.#log, this.#chunk)) {
      if (!isFirst) {
        // There is another chunk, so the one before is complete, which it may not have been when it was read.
        if (this.#isLive) yield* this.#linesOf(await this.#readAgain());
        this.#chunk += 1;
        this.#seen = 0;
      }
      isFirst = false;
      yield* this.#linesOf(text);
    }
  }

  #linesOf(text: string): readonly LogLine[] {
    const lines = parseLogLines(text.slice(this.#seen));
    this.#seen = text.length;
    return lines;
  }

  async #readAgain(): Promise<string> {
    for await (const text of this.#records.readLogChunks(this.#log, this.#chunk)) return text;
    return "";
  }
}
