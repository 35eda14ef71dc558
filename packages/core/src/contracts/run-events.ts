import type { RecordedError, RunCounts, RunStatus } from "./records.js";

/**
 * What happens while a run goes on: the lines of `run --json` and `resume --json`, and what the progress display
 * shows. `at` is in milliseconds since the epoch.
 */
export type RunEvent =
  | {
      readonly type: "run.started";
      readonly at: number;
      readonly pathspec: string;
      readonly flow: string;
      readonly runId: string;
      readonly originRunId: string | null;
      /** By field; values that JSON cannot hold in their tagged form. */
      readonly parameters: Readonly<Record<string, unknown>>;
      readonly tags: readonly string[];
      readonly datastore: { readonly name: string; readonly root: string };
    }
  | (TaskEvent & { readonly type: "task.started"; readonly pid: number | null })
  | (TaskEvent & { readonly type: "task.log"; readonly stream: "stdout" | "stderr"; readonly line: string })
  | (TaskEvent & {
      readonly type: "task.finished";
      readonly status: "successful" | "failed";
      readonly durationMs: number;
      readonly error: RecordedError | null;
      /** True where another attempt of this task will follow. */
      readonly retrying: boolean;
    })
  /** Finished tasks of the origin that a resume took over, counted per step. */
  | { readonly type: "tasks.carriedOver"; readonly at: number; readonly step: string; readonly count: number }
  /** The run is being stopped: the first terminal failure, or a signal. */
  | { readonly type: "run.stopping"; readonly at: number; readonly reason: string; readonly running: number }
  | { readonly type: "run.warning"; readonly at: number; readonly message: string }
  | (ExitHookEvent & { readonly type: "exitHook.log"; readonly stream: "stdout" | "stderr"; readonly line: string })
  | (ExitHookEvent & {
      readonly type: "exitHook.finished";
      readonly status: "successful" | "failed" | "timedOut";
      /** Null where it was successful. */
      readonly problem: string | null;
      readonly durationMs: number;
    })
  | {
      readonly type: "run.finished";
      readonly at: number;
      readonly pathspec: string;
      readonly status: Exclude<RunStatus, "running">;
      readonly durationMs: number;
      readonly counts: RunCounts;
      readonly failure: { readonly pathspec: string | null; readonly error: RecordedError } | null;
    };

export interface TaskEvent {
  readonly at: number;
  /** `Flow/run/step/task` */
  readonly pathspec: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
}

/** What is called after a run; between the end of the last task and `run.finished`. */
export interface ExitHookEvent {
  readonly at: number;
  readonly hook: string;
}

/** Receives events in order. Must not throw. */
export type RunObserver = (event: RunEvent) => void;
