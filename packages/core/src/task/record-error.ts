import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecordedError } from "../contracts/records.js";
import type { BundlePositions } from "../contracts/source-positions.js";
import { isMetaflowError, type SourcePosition } from "../errors/metaflow-error.js";
import { codeFrame } from "../graph/code-frame.js";

/** What is needed to show an error as its author's source has it. */
export interface ErrorContext {
  /** Null where the bundle's map is not at hand; frames are then left as they are. */
  readonly positions: BundlePositions | null;
  /** Paths are shown relative to it. */
  readonly cwd: string;
}

/** How many causes deep an error is followed. */
const MAX_CAUSES = 8;

/** Members of an AggregateError that are kept. */
const MAX_MEMBERS = 20;

/** A place in a bundle's code. */
const BUNDLE_PLACE = /(?:file:\/\/)?[^\s()]*metaflow-bundle-[0-9a-f]{64}\.mjs:(\d+):(\d+)/;

/** Frames of Node itself. */
const NODE_FRAME = /\((?:node:|internal\/)|at (?:async )?node:|metaflow-worker:/;

/** Where this package's own built files lie. */
const OWN_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** An error, or whatever was thrown, as records keep it: the user's frames in positions of the user's files. */
export function recordError(thrown: unknown, context: ErrorContext, depth = 0): RecordedError {
  if (!(thrown instanceof Error)) return recordOther(thrown);
  const { stack, codeFrame: place } = stackFrames(thrown.stack ?? "", context);
  const known = isMetaflowError(thrown) ? thrown : null;
  const cause = thrown.cause;
  return {
    code: known?.code ?? null,
    type: typeOf(thrown),
    message: thrown.message,
    stack,
    codeFrame: known?.codeFrame ?? place,
    fix: known?.fix ?? null,
    cause: cause === undefined || depth >= MAX_CAUSES ? null : recordError(cause, context, depth + 1),
    errors:
      thrown instanceof AggregateError && depth < MAX_CAUSES
        ? thrown.errors.slice(0, MAX_MEMBERS).map((each) => recordError(each, context, depth + 1))
        : [],
  };
}

/** A thrown value that is no Error. */
function recordOther(thrown: unknown): RecordedError {
  const type = thrown === null ? "null" : typeof thrown;
  return { code: null, type, message: shown(thrown), stack: [], codeFrame: null, fix: null, cause: null, errors: [] };
}

function shown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return "(a value that cannot be shown)";
  }
}

function typeOf(error: Error): string {
  const own = error.constructor?.name;
  return error.name !== "Error" || own === undefined || own === "" ? error.name : own;
}

/** A stack as records keep it, with an excerpt of the place of its first frame that is the user's. */
export function stackFrames(stack: string, context: ErrorContext): Pick<RecordedError, "stack" | "codeFrame"> {
  const { frames, first } = userFrames(stack, context);
  return { stack: frames, codeFrame: frameAt(first, context) };
}

/** The stack's lines without the message, without frames of Node and of this package, in the user's positions. */
function userFrames(stack: string, context: ErrorContext): { frames: readonly string[]; first: SourcePosition | null } {
  const frames: string[] = [];
  let first: SourcePosition | null = null;
  for (const line of stack.split("\n")) {
    const frame = line.trim();
    if (!frame.startsWith("at ") || NODE_FRAME.test(frame) || frame.includes(OWN_FOLDER)) continue;
    const place = BUNDLE_PLACE.exec(frame);
    if (place === null || context.positions === null) {
      frames.push(frame);
      continue;
    }
    const original = context.positions.original(Number(place[1]), Number(place[2]));
    if (original === null) continue;
    first ??= original;
    frames.push(frame.replace(place[0], showPlace(original, context.cwd)));
  }
  return { frames, first };
}

function frameAt(position: SourcePosition | null, { positions }: ErrorContext): string | null {
  const text = position === null ? null : (positions?.sourceText(position.file) ?? null);
  return position === null || text === null ? null : codeFrame(text, position);
}

function showPlace({ file, line, column }: SourcePosition, cwd: string): string {
  const near = relative(cwd, file);
  return `${near.startsWith("..") ? file : near}:${line}:${column}`;
}

/** The error as a person reads it in the task's log. */
export function showRecordedError(error: RecordedError, indent = ""): string {
  const code = error.code === null ? error.type : error.code;
  const lines = [`${code}: ${error.message}`, ...error.stack.map((frame) => `    ${frame}`)];
  if (error.codeFrame !== null) lines.push("", ...error.codeFrame.split("\n"), "");
  if (error.fix !== null) lines.push(`Fix: ${error.fix}`);
  for (const [k, member] of error.errors.entries()) lines.push(`[${k}] ${showRecordedError(member, "    ")}`);
  if (error.cause !== null) lines.push(`Caused by ${showRecordedError(error.cause)}`);
  return lines.map((line) => `${indent}${line}`.trimEnd()).join("\n");
}
