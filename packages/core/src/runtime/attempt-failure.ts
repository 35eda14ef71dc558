import type { RecordedError } from "../contracts/records.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { type ErrorContext, recordError, stackFrames } from "../task/record-error.js";
import type { ProcessDeath } from "./task-launcher.js";

/** Signals by which native code ends a process. */
const CRASHES: ReadonlySet<NodeJS.Signals> = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGABRT"]);

/** What the end of a task's process means. */
export function explainDeath(task: string, death: ProcessDeath, ended: EndedBy, context: ErrorContext): RecordedError {
  const recorded = recordError(errorOf(task, death, ended), context);
  return { ...recorded, ...stackFrames(ended.kind === "itself" ? death.exitStack.join("\n") : "", context) };
}

/** The code ended by itself, with an error, after it was told to end: that is why it failed. */
export function explainEnd(
  task: string,
  ended: Exclude<EndedBy, { kind: "itself" }>,
  own: RecordedError,
  context: ErrorContext,
): RecordedError {
  // A process of its own knows that it was told to end, not why.
  const cause = own.code === "MF_TASK_STOPPED" ? null : own;
  return { ...recordError(toldToEnd(task, ended), context), stack: [], cause };
}

/** What a process leaves that something else than its own code ended: retries for that are counted apart. */
const PLATFORM_FAILURES: ReadonlySet<string | null> = new Set([
  "MF_TASK_KILLED",
  "MF_TASK_SEGFAULT",
  "MF_TASK_OUT_OF_MEMORY",
  "MF_TASK_LOST",
]);

/** Whether an attempt's place failed, not its code. */
export function isPlatformFailure({ code }: RecordedError): boolean {
  return PLATFORM_FAILURES.has(code);
}

/** Who ended a task's process. */
export type EndedBy =
  | { readonly kind: "itself" }
  /** The driver, because the run ends, or its gang does. */
  | { readonly kind: "stop"; readonly reason: string }
  /** The driver, because the attempt took too long. */
  | { readonly kind: "timeout"; readonly limitMs: number };

function toldToEnd(task: string, ended: Exclude<EndedBy, { kind: "itself" }>): MetaflowError {
  if (ended.kind === "stop") return errors.TASK_STOPPED({ task, reason: ended.reason });
  return errors.TASK_TIMED_OUT({ task, limitMs: ended.limitMs });
}

function errorOf(task: string, death: ProcessDeath, ended: EndedBy): MetaflowError {
  if (ended.kind !== "itself") return toldToEnd(task, ended);
  if (death.lost !== undefined) return errors.TASK_LOST({ task, reason: death.lost });
  if (death.outOfMemory) return errors.TASK_OUT_OF_MEMORY({ task });
  const { signal } = death;
  if (signal !== null) {
    return CRASHES.has(signal) ? errors.TASK_SEGFAULT({ task, signal }) : errors.TASK_KILLED({ task, signal });
  }
  return errors.TASK_EXITED({ task, code: death.code ?? 0 });
}
