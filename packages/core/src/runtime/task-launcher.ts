import type { RecordedError } from "../contracts/records.js";
import type { TakenTransition } from "../contracts/transition.js";
import type { SecretMask } from "../secrets/secret-mask.js";
import type { TaskSpec } from "../task/task-context.js";
import type { LogStream } from "../util/log-lines.js";

/** How an attempt ended, as whoever started it knows. */
export type AttemptEnd =
  | { readonly status: "successful"; readonly transition: TakenTransition }
  /** Another attempt was committed before. */
  | { readonly status: "superseded" }
  /** Its record was written. */
  | { readonly status: "failed"; readonly error: RecordedError }
  /** Its process ended without a word; there is no record. */
  | { readonly status: "died"; readonly death: ProcessDeath };

/** What is known of a process that ended before its task did. */
export interface ProcessDeath {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly outOfMemory: boolean;
  /** Why there is nothing where it ran any more; undefined where there is. */
  readonly lost?: string | undefined;
  /** Where `process.exit` was called, when it was. */
  readonly exitStack: readonly string[];
}

/** What the launcher tells while an attempt runs. */
export interface AttemptListener {
  onStart(pid: number | null): void;
  /** In order for each stream. */
  onLine(stream: LogStream, text: string, terminated: boolean): void;
}

export interface LaunchedAttempt {
  /** Never rejects. All lines were given before. */
  readonly ended: Promise<AttemptEnd>;
  /** Asks the task to end; it has the grace period for it. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts attempts somewhere. The driver asks for no more at a time than there are workers, or than a gang has tasks. */
export interface TaskLauncher {
  /** Attempts of the step keep their logs, and record their failures, by themselves. */
  keepsLog(step: string): boolean;
  /** Knows the secrets of its tasks, and has taken them out of the lines that it gave. */
  readonly mask: SecretMask;
  launch(spec: TaskSpec, listener: AttemptListener): LaunchedAttempt;
  /** Ends what is left. */
  close(): Promise<void>;
}
