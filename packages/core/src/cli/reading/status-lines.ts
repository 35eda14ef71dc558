import type { Run } from "../../client/run.js";
import type { Task } from "../../client/task.js";
import type { StepCounts } from "../../client/types.js";
import type { Page } from "../../contracts/record-store.js";
import type { RecordedError } from "../../contracts/records.js";
import type { CommandContext } from "../command.js";
import { count, showDuration } from "../display/duration.js";
import type { Colors } from "../output.js";
import { showStatus, showTime } from "./show-status.js";
import { alignColumns } from "./table.js";

/** What `status` tells of a run. */
export interface RunOverview {
  readonly run: Run;
  readonly steps: readonly StepCounts[];
  readonly failed: Page<Task>;
  readonly running: readonly Task[];
}

/** Running tasks that are named one by one. */
const SHOWN_RUNNING = 10;
/** Lines of an error's message that are shown. */
const MESSAGE_LINES = 5;

type Hints = Pick<CommandContext, "hint" | "flowReference">;

/** A run in one screen: what ran, what failed and why, what is running. */
export function statusLines(overview: RunOverview, colors: Colors, hints: Hints): readonly string[] {
  const { run } = overview;
  return [
    ...headLines(run, colors),
    ...section("Steps", stepLines(overview.steps, colors), colors),
    ...section("Failed", failedLines(overview, colors), colors),
    ...section(run.status === "dead" ? "Never ended" : "Running", runningLines(overview, colors), colors),
    ...section("Next", nextLines(overview, colors, hints), colors),
  ];
}

function section(title: string, lines: readonly string[], colors: Colors): readonly string[] {
  return lines.length === 0 ? [] : ["", colors.bold(title), ...lines.map((line) => `  ${line}`.trimEnd())];
}

function headLines(run: Run, colors: Colors): readonly string[] {
  const end = run.finishedAt ?? (run.status === "running" ? new Date() : null);
  const took = end === null ? "" : `, ${showDuration(end.getTime() - run.startedAt.getTime())}`;
  const facts: readonly (readonly [string, string])[] = [
    ["started", `${showTime(run.startedAt)}${took}`],
    ["user", run.user ?? ""],
    ["tags", run.userTags.join(" ")],
    ["resumed", run.originPathspec ?? ""],
    ["tasks", run.counts === null ? "" : countsText(run.counts)],
  ];
  const shown = facts.filter(([, text]) => text !== "");
  return [
    `${colors.bold(run.pathspec)}  ${showStatus(run.status, colors)}`,
    ...alignColumns(shown.map(([name, text]) => [`  ${colors.dim(name)}`, text])),
  ];
}

function countsText({ successful, carriedOver, failed }: NonNullable<Run["counts"]>): string {
  return [
    `${successful} successful`,
    ...(carriedOver === 0 ? [] : [`${carriedOver} carried over`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ].join(", ");
}

function stepLines(steps: readonly StepCounts[], colors: Colors): readonly string[] {
  return alignColumns(
    steps.map(({ step, successful, failed, running, dead }) => [
      step,
      [
        ...(successful > 0 ? [colors.green(`${successful} successful`)] : []),
        ...(failed > 0 ? [colors.red(`${failed} failed`)] : []),
        ...(running > 0 ? [colors.cyan(`${running} running`)] : []),
        ...(dead > 0 ? [colors.red(`${dead} never ended`)] : []),
      ].join(", "),
    ]),
  );
}

function failedLines({ run, failed }: RunOverview, colors: Colors): readonly string[] {
  const { failure } = run;
  const others = failed.items.filter(({ pathspec }) => pathspec !== failure?.pathspec);
  return [
    ...(failure === null ? [] : [failure.pathspec ?? "the run itself", ...errorLines(failure.error, colors)]),
    ...others.flatMap((task) => [
      `${task.pathspec}${task.currentAttempt === 0 ? "" : ` (attempt ${task.currentAttempt})`}`,
      ...(task.error === null ? [] : [`  ${headline(task.error, colors).split("\n", 1)[0]}`]),
    ]),
    ...(failed.cursor === undefined ? [] : [colors.dim("and more")]),
  ];
}

function errorLines(error: RecordedError, colors: Colors): readonly string[] {
  const lines = [
    ...headline(error, colors).split("\n").slice(0, MESSAGE_LINES),
    ...error.stack.slice(0, 1).map((frame) => colors.dim(frame)),
    ...(error.codeFrame === null ? [] : ["", ...error.codeFrame.split("\n")]),
    ...(error.fix === null ? [] : ["", ...`Fix: ${error.fix}`.split("\n")]),
  ];
  return lines.map((line) => `  ${line}`);
}

function headline(error: RecordedError, colors: Colors): string {
  return `${colors.red(error.code ?? error.type)}: ${error.message}`;
}

function runningLines({ running }: RunOverview, colors: Colors): readonly string[] {
  const shown = running.slice(0, SHOWN_RUNNING).map((task) => {
    const attempt = task.currentAttempt === 0 ? "" : `attempt ${task.currentAttempt}, `;
    return [task.pathspec, colors.dim(`${attempt}since ${showTime(task.startedAt)}`)];
  });
  const more = running.length - shown.length;
  return [...alignColumns(shown), ...(more === 0 ? [] : [colors.dim(`and ${count(more, "more task")}`)])];
}

function nextLines(
  { run, failed, running }: RunOverview,
  colors: Colors,
  { hint, flowReference }: Hints,
): readonly string[] {
  const path = run.failure?.pathspec ?? failed.items[0]?.pathspec;
  const [first] = running;
  const commands = [
    ...(path === undefined ? [] : [hint("logs", path)]),
    ...(run.status === "running" && first !== undefined ? [hint("logs", first.pathspec, "--follow")] : []),
    ...(run.status === "successful" ? [hint("dump", `${run.pathspec}/end`)] : []),
    // It takes the flow's file.
    ...(isResumable(run) && flowReference !== null
      ? [hint("resume", ...(run.failure?.error.resume ?? []), "--origin-run-id", run.id)]
      : []),
  ];
  return commands.map((command) => colors.cyan(command));
}

function isResumable({ status }: Run): boolean {
  return status === "failed" || status === "cancelled" || status === "dead";
}
