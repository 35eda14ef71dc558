import type { ExitHookEvent, RunEvent, TaskEvent } from "../../contracts/run-events.js";
import { count, showDuration } from "./duration.js";

type Event<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

/** `[run/step/task]`: the pathspec without the flow, which is the same in every line. */
export function taskPrefix({ pathspec }: TaskEvent): string {
  return `[${pathspec.slice(pathspec.indexOf("/") + 1)}]`;
}

/** `[exit hook tell]` */
export function hookPrefix({ hook }: ExitHookEvent): string {
  return `[exit hook ${hook}]`;
}

/** What became of an exit hook, in one line. */
export function hookFinishedText({ status, problem, durationMs }: Event<"exitHook.finished">): string {
  const duration = showDuration(durationMs);
  return status === "successful" ? `done in ${duration}` : `failed after ${duration}: ${problem}`;
}

/** What became of an attempt, in one line. */
export function finishedText(event: Event<"task.finished">): string {
  const duration = showDuration(event.durationMs);
  if (event.status === "successful") return `done in ${duration}`;
  const why =
    event.error === null ? "" : `: ${firstLine(`${event.error.code ?? event.error.type}: ${event.error.message}`)}`;
  return `failed after ${duration}${why}${event.retrying ? " (will be tried again)" : ""}`;
}

export function startedText({ attempt }: TaskEvent): string {
  return attempt === 0 ? "started" : `started again (attempt ${attempt})`;
}

export function carriedOverText({ step, count: number }: Event<"tasks.carriedOver">): string {
  return `${step}: ${count(number, "task")} carried over`;
}

export function stoppingText({ reason, running }: Event<"run.stopping">): string {
  return running === 0 ? `Stopping: ${reason}` : `Stopping ${count(running, "running task")}: ${reason}`;
}

/** The run, and what it was started with. */
export function startedLines(event: Event<"run.started">): readonly string[] {
  const { pathspec, originRunId, parameters, tags, datastore } = event;
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${showValue(value)}`);
  const facts: readonly (readonly [string, string])[] = [
    ["resumes", originRunId ?? ""],
    ["parameters", values.join(" ")],
    ["tags", tags.join(" ")],
    ["datastore", datastore.root],
  ];
  return [
    `Run ${pathspec} started`,
    ...facts.filter(([, text]) => text !== "").map(([name, text]) => `  ${name.padEnd(10)}  ${text}`),
  ];
}

function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
