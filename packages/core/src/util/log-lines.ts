/** Which of a task's streams a line came from. */
export type LogStream = "stdout" | "stderr";

/** One line of a task's log. */
export interface LogLine {
  /** When it was captured, in milliseconds since the epoch. */
  readonly at: number;
  readonly stream: LogStream;
  /** Without the line feed; a carriage return is part of the text. */
  readonly text: string;
  /** False where the stream ended, or was cut, without a line feed. */
  readonly terminated: boolean;
}

/**
 * One line as log chunks hold it: `<ISO time> <o|e> <text>\n`. The letter is a capital where the line never got its
 * line feed.
 *
 * @param text may hold any character but a line feed
 */
export function formatLogLine(at: number, stream: LogStream, text: string, terminated = true): string {
  const letter = stream === "stdout" ? "o" : "e";
  return `${new Date(at).toISOString()} ${terminated ? letter : letter.toUpperCase()} ${escapeSurrogates(text)}\n`;
}

/** The lines of a chunk. */
export function parseLogLines(chunk: string): LogLine[] {
  const lines = chunk.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map(parseLogLine);
}

/** Puts a stream together again from its lines. */
export function joinLogLines(lines: readonly LogLine[]): string {
  return lines.map((line) => (line.terminated ? `${line.text}\n` : line.text)).join("");
}

const LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([oeOE]) (.*)$/s;

function parseLogLine(line: string): LogLine {
  const [, time, letter, text] = LINE.exec(line) ?? [];
  // Not written by us; what it says is worth more than a complaint about it.
  if (time === undefined || letter === undefined || text === undefined) {
    return { at: 0, stream: "stdout", text: line, terminated: true };
  }
  const lower = letter.toLowerCase();
  return {
    at: Date.parse(time),
    stream: lower === "o" ? "stdout" : "stderr",
    text: unescapeSurrogates(text),
    terminated: letter === lower,
  };
}

// UTF-8 has no lone surrogates, so they are written as \uXXXX, and a backslash that would make the text look like that
// is written as \u005C. All else stays as it is, so that chunks are readable as they lie.
const NEEDS_ESCAPE = /\p{Surrogate}|\\(?=u(?:D[89A-F][0-9A-F]{2}|005C))/gu;
const ESCAPED = /\\u(D[89A-F][0-9A-F]{2}|005C)/g;

function escapeSurrogates(text: string): string {
  return text.replace(NEEDS_ESCAPE, (found) => `\\u${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
}

function unescapeSurrogates(text: string): string {
  return text.includes("\\u") ? text.replace(ESCAPED, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))) : text;
}
