import type { ExitHookEvent, RunEvent, TaskEvent } from "../../contracts/run-events.js";
import type { DisplayContext, RunDisplay } from "./display-context.js";
import { createProgress } from "./progress.js";
import { runSummary } from "./run-summary.js";
import {
  carriedOverText,
  finishedText,
  hookFinishedText,
  hookPrefix,
  startedLines,
  startedText,
  stoppingText,
  taskPrefix,
} from "./task-text.js";

/** The live line moves on this often while nothing happens, and at most this often while much does. */
const IDLE_REFRESH_MS = 1000;
const BUSY_REFRESH_MS = 100;

/** Aligned, coloured lines, and below them one that says what is going on right now. */
export function createTerminalDisplay(context: DisplayContext): RunDisplay {
  const { output } = context;
  const progress = createProgress();
  const textOf = createEventText(context);
  let refreshedAt = 0;
  const refresh = (): void => {
    refreshedAt = Date.now();
    output.status(output.colors.dim(progress.text().slice(0, output.width - 1)));
  };
  const timer = setInterval(refresh, IDLE_REFRESH_MS).unref();
  return {
    observe(event) {
      progress.observe(event);
      const isOver = event.type === "run.finished";
      if (isOver) output.status("");
      const text = textOf(event);
      if (text !== null) output.line(text);
      if (!isOver && Date.now() - refreshedAt >= BUSY_REFRESH_MS) refresh();
    },
    dispose() {
      clearInterval(timer);
      output.status("");
    },
  };
}

/** The text of an event; null where the live line says enough. */
function createEventText(context: DisplayContext): (event: RunEvent) => string | null {
  const { bold, cyan, dim, green, red, yellow } = context.output.colors;
  let prefixWidth = 0;
  const prefix = (event: TaskEvent | ExitHookEvent): string => {
    const text = "hook" in event ? hookPrefix(event) : taskPrefix(event);
    prefixWidth = Math.max(prefixWidth, text.length);
    return dim(text.padEnd(prefixWidth));
  };
  return (event) => {
    switch (event.type) {
      case "run.started": {
        const [headline = "", ...facts] = startedLines(event);
        return [bold(headline), ...facts.map(dim)].join("\n");
      }
      case "task.started":
        return event.attempt === 0 ? null : `${prefix(event)} ${yellow("↻")} ${startedText(event)}`;
      case "exitHook.log":
      case "task.log": {
        const line = visiblePart(event.line);
        return `${prefix(event)}   ${event.stream === "stderr" ? yellow(line) : line}`;
      }
      case "exitHook.finished":
      case "task.finished": {
        const mark = event.status === "successful" ? green("✓") : red("✗");
        return `${prefix(event)} ${mark} ${"hook" in event ? hookFinishedText(event) : finishedText(event)}`;
      }
      case "tasks.carriedOver":
        return `${cyan("=")} ${carriedOverText(event)}`;
      case "run.stopping":
        return yellow(stoppingText(event));
      case "run.warning":
        return `${yellow("Warning:")} ${event.message}`;
      case "run.finished":
        return `\n${runSummary(event, context)}`;
    }
  };
}

/** A program that redraws its line leaves only the last state of it. */
function visiblePart(line: string): string {
  return line.split("\r").findLast((part) => part !== "") ?? "";
}
