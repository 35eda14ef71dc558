import type { RunEvent } from "../../contracts/run-events.js";
import type { DisplayContext, RunDisplay } from "./display-context.js";
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

/** One line for each event: for log files, pipes and CI. */
export function createLineDisplay(context: DisplayContext): RunDisplay {
  const { output } = context;
  return {
    observe(event) {
      if (event.type === "run.warning") output.note(`Warning: ${event.message}`);
      else output.line(eventText(event, context));
    },
    dispose: () => {},
  };
}

function eventText(event: Exclude<RunEvent, { readonly type: "run.warning" }>, context: DisplayContext): string {
  switch (event.type) {
    case "run.started":
      return startedLines(event).join("\n");
    case "task.started":
      return `${taskPrefix(event)} ${startedText(event)}`;
    case "task.log":
      return `${taskPrefix(event)} ${event.line}`;
    case "task.finished":
      return `${taskPrefix(event)} ${finishedText(event)}`;
    case "tasks.carriedOver":
      return carriedOverText(event);
    case "run.stopping":
      return stoppingText(event);
    case "exitHook.log":
      return `${hookPrefix(event)} ${event.line}`;
    case "exitHook.finished":
      return `${hookPrefix(event)} ${hookFinishedText(event)}`;
    case "run.finished":
      return runSummary(event, context);
  }
}
