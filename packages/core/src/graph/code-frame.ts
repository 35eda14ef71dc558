import type { SourcePosition } from "../errors/metaflow-error.js";

const LINES_AROUND = 2;
const MAX_WIDTH = 100;
const TAB = "  ";

/** A few lines of source around a position, with the line marked by `>` and the column by `^`. */
export function codeFrame(text: string, { line, column }: Pick<SourcePosition, "line" | "column">): string {
  const lines = text.split(/\r\n|\r|\n/);
  const marked = lines[line - 1];
  if (marked === undefined) return "";
  const caret = expand(marked.slice(0, column - 1)).length;
  // A long line (and its neighbours with it) is shown as a window around the place.
  const from = caret < MAX_WIDTH - 10 ? 0 : caret - Math.floor(MAX_WIDTH / 2);
  const first = Math.max(1, line - LINES_AROUND);
  const last = Math.min(lines.length, line + LINES_AROUND);
  const digits = String(last).length;
  const frame: string[] = [];
  for (let number = first; number <= last; number++) {
    const shown = windowOf(expand(lines[number - 1] ?? ""), from);
    frame.push(`${number === line ? ">" : " "} ${String(number).padStart(digits)} | ${shown}`.trimEnd());
    if (number === line) frame.push(`  ${" ".repeat(digits)} | ${" ".repeat(caret - from)}^`);
  }
  return frame.join("\n");
}

function expand(text: string): string {
  return text.replaceAll("\t", TAB);
}

function windowOf(text: string, from: number): string {
  const cut = from === 0 ? text : `…${text.slice(from + 1)}`;
  return cut.length > MAX_WIDTH ? `${cut.slice(0, MAX_WIDTH - 1)}…` : cut;
}
