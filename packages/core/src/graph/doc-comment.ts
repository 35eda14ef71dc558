import type { SourcePosition } from "../errors/metaflow-error.js";

/** Words that may stand between a comment and the name it belongs to. */
const MODIFIERS = new Set(
  "export default declare abstract class public protected private override static async readonly".split(" "),
);
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
/** Comments within the arguments of decorators are passed over, but not for ever. */
const MAX_CANDIDATES = 10;

/** The text of the JSDoc comment above a class or method, decorators and modifiers in between; empty without one. */
export function docComment(text: string, position: Pick<SourcePosition, "line" | "column">): string {
  const offset = offsetOf(text, position);
  let before = offset;
  for (let tries = 0; tries < MAX_CANDIDATES; tries++) {
    const close = text.lastIndexOf("*/", before - 1);
    const open = close < 0 ? -1 : text.lastIndexOf("/*", close - 1);
    if (open < 0) return "";
    if (isHeader(text.slice(close + 2, offset)))
      return text.startsWith("/**", open) ? clean(text.slice(open, close)) : "";
    before = open;
  }
  return "";
}

function offsetOf(text: string, { line, column }: Pick<SourcePosition, "line" | "column">): number {
  let start = 0;
  for (let number = 1; number < line; number++) {
    const end = text.indexOf("\n", start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  return Math.min(start + column - 1, text.length);
}

function clean(comment: string): string {
  const lines = comment
    .slice("/**".length)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .map((line) => (line.startsWith("*") ? line.slice(1).replace(/^ /, "") : line).trimEnd());
  return lines.join("\n").trim();
}

/** True for decorators, modifiers, comments and white space only. */
function isHeader(text: string): boolean {
  let index = 0;
  while (index < text.length) {
    const skipped = skipBlank(text, index);
    if (skipped > index) {
      index = skipped;
      continue;
    }
    if (text[index] === "@") {
      index = skipDecorator(text, index + 1);
    } else {
      const word = /^\w+/.exec(text.slice(index, index + 20))?.[0];
      if (word === undefined || !MODIFIERS.has(word)) return false;
      index += word.length;
    }
  }
  return true;
}

/** `@name`, `@a.b`, `@name(…)`: returns what follows. */
function skipDecorator(text: string, start: number): number {
  let index = start;
  while (index < text.length && /[\w.$]/.test(text[index] ?? "")) index++;
  return text[index] === "(" ? skipBrackets(text, index) : index;
}

function skipBrackets(text: string, start: number): number {
  const open: string[] = [];
  let index = start;
  while (index < text.length) {
    const character = text[index] ?? "";
    const next = skipComment(text, index);
    if (next > index) {
      index = next;
      continue;
    }
    if (character === '"' || character === "'" || character === "`") index = skipString(text, index, character);
    else {
      const closing = CLOSING[character];
      if (closing !== undefined) open.push(closing);
      else if (character === open.at(-1)) open.pop();
      index++;
      if (open.length === 0) return index;
    }
  }
  return index;
}

function skipString(text: string, start: number, quote: string): number {
  let index = start + 1;
  while (index < text.length && text[index] !== quote) index += text[index] === "\\" ? 2 : 1;
  return index + 1;
}

function skipBlank(text: string, start: number): number {
  let index = start;
  while (index < text.length && /[\s;]/.test(text[index] ?? "")) index++;
  return index > start ? index : skipComment(text, start);
}

function skipComment(text: string, start: number): number {
  if (text.startsWith("//", start)) return endOf(text, text.indexOf("\n", start), 1);
  return text.startsWith("/*", start) ? endOf(text, text.indexOf("*/", start + 2), 2) : start;
}

function endOf(text: string, found: number, length: number): number {
  return found < 0 ? text.length : found + length;
}
