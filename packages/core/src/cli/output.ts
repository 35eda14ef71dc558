import type { Writable } from "node:stream";
import type { WriteStream } from "node:tty";
import picocolors from "picocolors";
import type { Environment } from "../config/env.js";

export type Colors = ReturnType<typeof picocolors.createColors>;

/** The only writer to the terminal. Results go to stdout, everything else to stderr. */
export interface Output {
  /** One line of a result, or several. */
  line(text?: string): void;
  /** One line of NDJSON. */
  json(value: unknown): void;
  /** Text of a result as it is, without a line feed after it. */
  write(text: string): void;
  /** One line beside the result: progress, a hint, a warning. */
  note(text?: string): void;
  /** Replaces the live line at the bottom of the terminal; the empty text takes it away. Nothing without one. */
  status(text: string): void;
  /** For what goes to stdout. */
  readonly colors: Colors;
  /** For what goes to stderr. */
  readonly noteColors: Colors;
  /** Whether stdout is a terminal with a person before it. */
  readonly isInteractive: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  /** Aborted once the reader of stdout is gone, as in `| head`. From then on nothing is written to it. */
  readonly closed: AbortSignal;
  /** Resolves when everything so far has reached the reader; await it between the parts of a very long result. */
  flush(): Promise<void>;
}

export interface OutputOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly environment: Environment;
  /** False where `--no-color` was given. */
  readonly color: boolean;
}

/** Takes the cursor to the beginning of the line and clears it. */
const CLEAR_LINE = "\r\u001b[2K";

export function createOutput({ stdout, stderr, environment, color }: OutputOptions): Output {
  const closed = new AbortController();
  // A reader that goes away must not end a run; whoever only prints watches `closed`.
  stdout.on("error", () => closed.abort());
  stderr.on("error", () => {});
  const isInteractive = isTerminal(stdout) && !environment.CI && environment.TERM !== "dumb";
  let status = "";
  const print = (stream: Writable, text: string): void => {
    if (stream === stdout && closed.signal.aborted) return;
    // The live line gives way to what is printed and comes back below it.
    if (status === "") stream.write(text);
    else {
      stdout.write(CLEAR_LINE);
      stream.write(text);
      stdout.write(status);
    }
  };
  return {
    line: (text = "") => print(stdout, `${text}\n`),
    json: (value) => print(stdout, `${JSON.stringify(value)}\n`),
    write: (text) => print(stdout, text),
    note: (text = "") => print(stderr, `${text}\n`),
    status(text) {
      if (!isInteractive || text === status || closed.signal.aborted) return;
      stdout.write(`${CLEAR_LINE}${text}`);
      status = text;
    },
    colors: colorsFor(stdout, environment, color),
    noteColors: colorsFor(stderr, environment, color),
    isInteractive,
    width: isTerminal(stdout) ? (stdout as WriteStream).columns || 80 : 80,
    closed: closed.signal,
    flush: async () => {
      await Promise.all([flushed(stdout), flushed(stderr)]);
    },
  };
}

/** `NO_COLOR` and `--no-color` win, then `FORCE_COLOR`; else colours are for terminals. */
function colorsFor(stream: Writable, environment: Environment, wanted: boolean): Colors {
  if (!wanted || environment.NO_COLOR) return picocolors.createColors(false);
  const forced = environment.FORCE_COLOR !== undefined && environment.FORCE_COLOR !== "0";
  return picocolors.createColors(forced || (isTerminal(stream) && environment.TERM !== "dumb"));
}

function isTerminal(stream: Writable): boolean {
  return (stream as Partial<WriteStream>).isTTY === true;
}

/** A pipe takes what it can; ending the process before the rest is taken would cut the result. */
function flushed(stream: Writable): Promise<void> {
  return new Promise((done) => {
    if (stream.destroyed || stream.writableLength === 0) done();
    else stream.write("", () => done());
  });
}
