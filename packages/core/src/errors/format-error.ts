import { relative } from "node:path";
import type picocolors from "picocolors";
import { type ErrorLocation, isMetaflowError, type MetaflowError, type MetaflowErrors } from "./metaflow-error.js";

export interface FormatOptions {
  readonly colors: ReturnType<typeof picocolors.createColors>;
  /** Paths are shown relative to it where that is shorter. */
  readonly cwd: string;
}

const DOCS = "https://github.com/metaflow-ts/metaflow-ts/blob/main/docs/errors";

/** The page of one of core's own codes; plugins have prefixes, and pages, of their own. */
export function errorPage(code: string): string | undefined {
  return code.startsWith("MF_") ? `${DOCS}/${code}.md` : undefined;
}

const ISSUES = "https://github.com/metaflow-ts/metaflow-ts/issues";

/**
 * The text of an error for the terminal. Errors of this project say what, where and what to do, without a stack:
 * the place that raised them is of no use to the reader. Anything else is a bug of ours, with everything that helps
 * to find it.
 */
export function formatError(error: unknown, options: FormatOptions): string {
  if (!isMetaflowError(error)) return formatInternal(error, options);
  const several = isSeveral(error) ? error.errors : [];
  if (several.length === 1) return formatError(several[0], options);
  if (several.length > 1) return formatSeveral(error, several, options);
  const { dim } = options.colors;
  // What one line says completely stays one line.
  const isShort = error.fix === undefined && error.codeFrame === undefined;
  const page = errorPage(error.code);
  const more = isShort || page === undefined ? [] : [`  ${dim(`More: ${page}`)}`];
  return [formatOne(error, options), ...more].join("\n");
}

function formatSeveral(summary: MetaflowError, several: readonly MetaflowError[], options: FormatOptions): string {
  // The summary's message may list the others; each of them follows with its place and fix.
  const [first = ""] = summary.message.split("\n", 1);
  const pages = [...new Set(several.flatMap(({ code }) => errorPage(code) ?? []))];
  const more = pages.length === 0 ? [] : [options.colors.dim(`More: ${pages.join("\n      ")}`)];
  const parts = several.map((each) => formatOne(each, options));
  return [headline(summary.code, first, options), ...parts, ...more].join("\n\n");
}

function formatOne(error: MetaflowError, options: FormatOptions): string {
  const { bold, dim, cyan } = options.colors;
  const lines = [headline(error.code, error.message, options)];
  const where = formatLocation(error.where, options.cwd);
  if (where !== "") lines.push(`  ${dim("at")} ${cyan(where)}`);
  if (error.codeFrame) lines.push("", ...error.codeFrame.split("\n").map((line) => `  ${line}`.trimEnd()), "");
  const [first, ...more] = visible(error.fix ?? "").split("\n");
  if (first) lines.push(`  ${bold("Fix:")} ${first}`, ...more.map((line) => `       ${line}`));
  return lines.join("\n");
}

function headline(code: string, message: string, { colors: { bold, red, dim } }: FormatOptions): string {
  return `${bold(red("Error"))} ${dim(`${code}:`)} ${bold(visible(message))}`;
}

/** What a terminal does something with besides printing and colouring: as JSON writes it. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) =>
    "\n\t\u001b".includes(char) ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** `train.ts:12:5 (flow TrainFlow, step train)`, with what is known. */
function formatLocation({ source, ...named }: ErrorLocation, cwd: string): string {
  const { flow, run, step, task, artifact, parameter } = named;
  const parts = Object.entries({ flow, run, step, task, artifact, parameter })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`);
  const rest = parts.join(", ");
  if (source === undefined) return rest;
  const near = relative(cwd, source.file);
  const place = `${near.startsWith("..") ? source.file : near}:${source.line}:${source.column}`;
  return rest === "" ? place : `${place} (${rest})`;
}

function formatInternal(error: unknown, { colors }: FormatOptions): string {
  const { bold, red, dim } = colors;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const lines = [`${bold(red("Internal error"))} ${bold(what)}`];
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 5;
    current = current.cause, depth++
  ) {
    const frames = (current.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
    if (depth > 0) lines.push(dim(`Caused by ${current.name}: ${current.message}`));
    lines.push(...frames.map((line) => dim(line)));
  }
  lines.push(`This is a bug in Metaflow for TypeScript. Please report it with this text: ${ISSUES}`);
  return lines.join("\n");
}

function isSeveral(error: MetaflowError): error is MetaflowErrors {
  return "errors" in error && Array.isArray(error.errors);
}
