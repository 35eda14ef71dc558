import type { DatastoreLocation } from "../contracts/datastore.js";
import type { RecordedError } from "../contracts/records.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import type { TakenTransition } from "../contracts/transition.js";
import type { KnownObjects } from "../datastore/known-objects.js";
import type { TaskSpec } from "../task/task-context.js";

/** The run that a worker is for: everything else lies in the datastore. */
export interface ServedRun {
  readonly location: DatastoreLocation;
  readonly flow: string;
  readonly runId: string;
  /** What the worker need not read again. */
  readonly known?: KnownObjects | undefined;
}

/** From the driver to a worker process. */
export type ToWorker =
  /** Comes once, before the first task. */
  | ({ readonly type: "run" } & ServedRun)
  /** With the secrets that the run has learnt so far: they must not be in what the task stores. */
  | {
      readonly type: "task";
      readonly number: number;
      readonly spec: TaskSpec;
      readonly secrets: readonly NamedSecret[];
    }
  /** The driver masks what it was told; the worker may go on. */
  | { readonly type: "secretsKnown" };

/** From a worker process to the driver. */
export type FromWorker =
  | { readonly type: "ended"; readonly number: number; readonly end: WorkerEnd; readonly unclean: string | null }
  /** A child process was started that leads a group of its own, or nothing is left of that group. */
  | { readonly type: "detached"; readonly pid: number; readonly gone: boolean }
  /** Must not be written in any form. Travels by this channel alone, never over disk. */
  | { readonly type: "secrets"; readonly secrets: readonly NamedSecret[] }
  /** The datastore asks for fewer requests. */
  | { readonly type: "throttled" }
  /** The step's code called `process.exit`. */
  | { readonly type: "exiting"; readonly stack: readonly string[] };

export type WorkerEnd =
  | { readonly status: "successful"; readonly transition: TakenTransition }
  | { readonly status: "superseded" }
  | { readonly status: "failed"; readonly error: RecordedError };

/**
 * Ends a task's output on both streams: what comes after it belongs to the next task. The key is drawn for each
 * worker, so that no program prints it by chance.
 */
export const endMark = (key: string, number: number): string => `\u0000metaflow-end:${key}:${number}\u0000\n`;

/** The environment variable by which a worker gets its key. */
export const KEY_VARIABLE = "METAFLOW_WORKER_KEY";

/**
 * Stands before the user's own in a worker's `NODE_OPTIONS`, until the worker takes it out. On a machine with much
 * memory Node lets the young part of each heap grow to about 100 MB, of which a task that makes little garbage has
 * nothing; this halves it.
 */
export const WORKER_NODE_OPTIONS = "--max-semi-space-size=16 ";
