import type { RunObserver } from "../../contracts/run-events.js";
import type { CommandContext } from "../command.js";

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
