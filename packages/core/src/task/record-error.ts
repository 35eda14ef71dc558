import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
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

/** A place in a file, as stacks have it that were mapped where they came about. */
const FILE_PLACE = /(?: \(|^at (?:async )?)((?:[A-Za-z]:\\|\/).+):(\d+):(\d+)\)?$/;

/** Frames of Node itself. */
const NODE_FRAME = /\((?:node:|internal\/)|at (?:async )?node:|metaflow-worker:/;

/** Where this package's own built files lie. */
const OWN_FOLDER = fileURLToPath(new URL(".", import.meta.url));

/**
 * An error, or whatever was thrown, as records keep it: the user's frames in positions of the user's files. Whatever
 * the thrown value does when it is looked at, this does not throw.
 */
export function recordError(thrown: unknown, context: ErrorContext): RecordedError {
  return record(thrown, context, []);
}

/** `around`: the errors that led here; one that is its own cause is not followed again. */
function record(thrown: unknown, context: ErrorContext, around: readonly unknown[]): RecordedError {
  if (!isError(thrown)) return recordOther(thrown);
  const stack = read(thrown, "stack");
  const { stack: frames, codeFrame } = stackFrames(typeof stack === "string" ? stack : "", context);
  const known = isMetaflowError(thrown) ? thrown : null;
  const place = known?.where.source ?? null;
  const within = [...around, thrown];
  const follow = (inner: unknown): RecordedError => record(inner, context, within);
  const cause = read(thrown, "cause");
  const members = read(thrown, "errors");
  const endsHere = within.length > MAX_CAUSES;
  return {
    code: known?.code ?? null,
    type: typeOf(thrown),
    message: textOf(read(thrown, "message")),
    stack: frames.length === 0 && place !== null ? [`at ${showPlace(place, context.cwd)}`] : frames,
    codeFrame: known?.codeFrame ?? codeFrame ?? frameAt(place, context),
    fix: known?.fix ?? null,
    // Another copy of the package may make errors without it.
    ...(known?.resume?.length ? { resume: known.resume } : {}),
    cause: cause === undefined || endsHere || within.includes(cause) ? null : follow(cause),
    errors:
      Array.isArray(members) && typeOf(thrown) === "AggregateError" && !endsHere
        ? members.slice(0, MAX_MEMBERS).map(follow)
        : [],
  };
}

/** Errors of another realm, as `node:vm` makes them, are errors too. */
function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    return false;
  }
}

/** A property that may be a getter which throws. */
function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}

/** A thrown value that is no Error. */
function recordOther(thrown: unknown): RecordedError {
  const type = thrown === null ? "null" : typeof thrown;
  const message = thrown === null || thrown === undefined ? `nothing but ${type} was thrown` : textOf(thrown);
  return { code: null, type, message, stack: [], codeFrame: null, fix: null, cause: null, errors: [] };
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return typeof value === "object" ? (JSON.stringify(value) ?? String(value)) : String(value);
  } catch {
    return "(a value that cannot be shown)";
  }
}

function typeOf(error: Error): string {
  const name = textOf(read(error, "name"));
  const maker = read(error, "constructor");
  const own = typeof maker === "function" ? maker.name : "";
  return name !== "Error" || own === "" ? name : own;
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
    const place = placeOf(frame, context.positions);
    if (place === null) continue;
    if (place === "other") {
      frames.push(frame);
      continue;
    }
    first ??= place.source;
    frames.push(frame.replace(place.text, () => showPlace(place.source, context.cwd)));
  }
  return { frames, first };
}

/** Where in the user's files a frame is, and how it says so; null for the bundler's own frames. */
function placeOf(
  frame: string,
  positions: BundlePositions | null,
): { readonly text: string; readonly source: SourcePosition } | "other" | null {
  if (positions === null) return "other";
  const inBundle = BUNDLE_PLACE.exec(frame);
  if (inBundle !== null) {
    const source = positions.original(Number(inBundle[1]), Number(inBundle[2]));
    return source === null ? null : { text: inBundle[0], source };
  }
  const [, file, line, column] = FILE_PLACE.exec(frame) ?? [];
  if (file === undefined || positions.sourceText(file) === null) return "other";
  return { text: `${file}:${line}:${column}`, source: { file, line: Number(line), column: Number(column) } };
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
