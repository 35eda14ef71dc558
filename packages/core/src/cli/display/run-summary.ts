import type { RecordedError, RunCounts } from "../../contracts/records.js";
import type { RunEvent } from "../../contracts/run-events.js";
import { errorPage } from "../../errors/format-error.js";
import type { Colors } from "../output.js";
import type { DisplayContext } from "./display-context.js";
import { count, showDuration } from "./duration.js";

type Finished = Extract<RunEvent, { readonly type: "run.finished" }>;

/** How a run ended, why, and what to try next. */
export function runSummary(event: Finished, context: DisplayContext): string {
  const colors = context.output.colors;
  return [headline(event, colors), ...failureLines(event, colors), ...nextCommands(event, context)].join("\n");
}

function headline({ pathspec, status, durationMs, counts }: Finished, colors: Colors): string {
  const [mark, paint] = status === "successful" ? ["✓", colors.green] : ["✗", colors.red];
  const text = `${mark} Run ${pathspec} ${status} in ${showDuration(durationMs)}`;
  return `${colors.bold(paint(text))}: ${countsText(counts)}`;
}

function countsText({ successful, carriedOver, failed }: RunCounts): string {
  return [
    `${count(successful, "task")} done`,
    ...(carriedOver === 0 ? [] : [`${carriedOver} carried over`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(", ");
}

function failureLines({ failure }: Finished, colors: Colors): readonly string[] {
  if (failure === null) return [];
  return ["", failureTitle(failure, colors), ...errorLines(failure.error, colors).map((line) => `  ${line}`.trimEnd())];
}

/** Errors of the driver: the task that led to them is done, and counts as such. */
const AFTER_TASK: ReadonlySet<string | null> = new Set(["MF_FOREACH_TOO_WIDE", "MF_LOOP_LIMIT_REACHED"]);

function failureTitle({ pathspec, error }: NonNullable<Finished["failure"]>, { bold }: Colors): string {
  if (pathspec !== null && AFTER_TASK.has(error.code)) return `The run could not go on after ${bold(pathspec)}:`;
  return `${bold(pathspec ?? "The run")} failed:`;
}

/** A recorded error with its causes: what happened, the user's frames, the place, the fix. */
export function errorLines(error: RecordedError, colors: Colors): readonly string[] {
  const name = error.code ?? error.type;
  const page = error.code === null ? undefined : errorPage(error.code);
  return [
    ...`${colors.red(name)}: ${colors.bold(error.message)}`.split("\n"),
    ...error.stack.map((frame) => colors.dim(`  ${frame}`)),
    ...(error.codeFrame === null ? [] : ["", ...error.codeFrame.split("\n")]),
    ...(error.fix === null ? [] : ["", ...`${colors.bold("Fix:")} ${error.fix}`.split("\n")]),
    ...(page === undefined ? [] : [colors.dim(`More: ${page}`)]),
    ...error.errors.flatMap((member, k) => [`[${k}]`, ...errorLines(member, colors).map((line) => `  ${line}`)]),
    ...(error.cause === null ? [] : ["Caused by", ...errorLines(error.cause, colors).map((line) => `  ${line}`)]),
  ];
}

function nextCommands(
  { pathspec, status, failure }: Finished,
  { hint, output, endStep }: DisplayContext,
): readonly string[] {
  const failed = failure?.pathspec ?? null;
  const suggestions: readonly (readonly [string, string])[] =
    status === "successful"
      ? [
          [hint("dump", `${pathspec}/${endStep}`), "the artifacts it ended with"],
          [hint("logs", pathspec), "what it printed"],
        ]
      : [
          ...(failed === null ? [] : [[hint("logs", failed), "what the task printed"] as const]),
          [hint("resume", ...(failure?.error.resume ?? [])), "continue with what did not finish"],
        ];
  const width = Math.max(...suggestions.map(([command]) => command.length));
  return [
    "",
    "Next:",
    ...suggestions.map(
      ([command, what]) => `  ${output.colors.cyan(command.padEnd(width))}  ${output.colors.dim(what)}`,
    ),
  ];
}
