import type { RunEvent } from "../../contracts/run-events.js";
import type { DisplayContext, RunDisplay } from "./display-context.js";
import { createLineDisplay } from "./line-display.js";
import { runSummary } from "./run-summary.js";
import { hookFinishedText, hookPrefix } from "./task-text.js";
import { createTerminalDisplay } from "./terminal-display.js";

/** The display that suits who is looking: a machine, a person, a log file, or nobody. */
export function createRunDisplay(context: DisplayContext): RunDisplay {
  if (context.json) return { observe: (event) => context.output.json(jsonEvent(event)), dispose: () => {} };
  if (context.quiet) return { observe: (event) => showFailure(event, context), dispose: () => {} };
  return context.output.isInteractive ? createTerminalDisplay(context) : createLineDisplay(context);
}

/** The last line of a run begins with what everybody looks for. */
function jsonEvent(event: RunEvent): object {
  if (event.type !== "run.finished") return event;
  const { type, pathspec, status, ...rest } = event;
  return { type, pathspec, status, ...rest };
}

function showFailure(event: RunEvent, context: DisplayContext): void {
  if (event.type === "run.warning") context.output.note(`Warning: ${event.message}`);
  if (event.type === "exitHook.finished" && event.problem !== null) {
    context.output.note(`${hookPrefix(event)} ${hookFinishedText(event)}`);
  }
  if (event.type === "run.finished" && event.status !== "successful") context.output.note(runSummary(event, context));
}
