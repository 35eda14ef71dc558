import type { RunEvent, RunObserver } from "../../contracts/run-events.js";
import type { CommandContext } from "../command.js";
import { createLineDisplay } from "./line-display.js";
import { runSummary } from "./run-summary.js";
import { createTerminalDisplay } from "./terminal-display.js";

/** Shows a run as it goes on. */
export interface RunDisplay {
  readonly observe: RunObserver;
  /** Takes away what is live. */
  dispose(): void;
}

/** What a display needs of the command. */
export interface DisplayContext extends Pick<CommandContext, "output" | "json" | "quiet" | "hint"> {
  /** The step whose artifacts are the run's result. */
  readonly endStep: string;
}

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
  if (event.type === "run.finished" && event.status !== "successful") context.output.note(runSummary(event, context));
}
