import type { RecordedError } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { type ErrorContext, recordError, stackFrames } from "../task/record-error.js";
import type { ProcessDeath } from "./task-launcher.js";

/** Signals by which native code ends a process. */
const CRASHES: ReadonlySet<NodeJS.Signals> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGABRT"]);

/** What the end of a task's process means. `stopReason`: why the driver stopped it, when it did. */
export function explainDeath(
  task: string,
  death: ProcessDeath,
  stopReason: string | null,
  context: ErrorContext,
): RecordedError {
  const recorded = recordError(errorOf(task, death, stopReason), context);
  return { ...recorded, ...stackFrames(stopReason === null ? death.exitStack.join("\n") : "", context) };
}

function errorOf(task: string, death: ProcessDeath, stopReason: string | null): MetaflowError {
  if (stopReason !== null) return errors.TASK_STOPPED({ task, reason: stopReason });
  if (death.outOfMemory) return errors.TASK_OUT_OF_MEMORY({ task });
  const { signal } = death;
  if (signal !== null) {
    return CRASHES.has(signal) ? errors.TASK_SEGFAULT({ task, signal }) : errors.TASK_KILLED({ task, signal });
  }
  return errors.TASK_EXITED({ task, code: death.code ?? 0 });
}
