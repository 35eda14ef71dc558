import type { CodePackageRef } from "./code-package.js";
import type { GivenByDecorator } from "./decorator-options.js";
import type { AttachedDecorator } from "./graph.js";
import type { InstalledPlugin } from "./installed-plugin.js";
import type { ArtifactRef } from "./serializer.js";
import type { TakenTransition } from "./transition.js";
import type { TriggerRecord } from "./trigger.js";

/** Version of everything under a datastore's root. A reader refuses what is newer. */
export type StorageVersion = 1;

export type RunStatus = "running" | "successful" | "failed" | "cancelled";

/** As a reader sees it: a run whose process is gone without an end is `dead`, one whose record is damaged `unreadable`. */
export type ObservedRunStatus = RunStatus | "dead" | "unreadable";

/** Milliseconds since the epoch in all records. */
export type Timestamp = number;

/** Written once when the run starts, and swapped once when it ends. */
export interface RunRecord {
  readonly version: StorageVersion;
  readonly flow: string;
  readonly runId: string;
  readonly status: RunStatus;
  readonly startedAt: Timestamp;
  readonly finishedAt: Timestamp | null;
  readonly user: string | null;
  readonly tags: readonly string[];
  readonly systemTags: readonly string[];
  /** Fields that flow decorators add to `current` in every task. */
  readonly current?: Readonly<Record<string, unknown>> | undefined;
  /** What was given for options of decorators. */
  readonly given?: GivenByDecorator | undefined;
  /** Parameters and configs, by the name of their field. */
  readonly parameters: Readonly<Record<string, ArtifactRef>>;
  /** The run that this one resumed, and the step it was told to begin with. */
  readonly origin: { readonly runId: string; readonly step: string | null } | null;
  readonly code: CodeRef;
  /** Items that one foreach may have, which a resume allows too; null where each process of the run decides. */
  readonly maxNumSplits: number | null;
  /** The blob that holds the `FlowGraph`, the same for every run of the same code. */
  readonly graph: string;
  /** Which process drives the run. */
  readonly owner: ProcessIdentity;
  /** How many of the tasks that ended were carried over from `origin`, ran, and failed; null until the end. */
  readonly counts: RunCounts | null;
  /** Why it failed: the first task that failed for good, or what stopped the run itself. */
  readonly failure: RunFailure | null;
  /** What started it, where that was not somebody. */
  readonly triggers?: readonly TriggerRecord[] | undefined;
}

export interface RunCounts {
  readonly successful: number;
  readonly carriedOver: number;
  readonly failed: number;
}

export interface RunFailure {
  /** `step/task` where a task failed; null where the run itself could not go on. */
  readonly task: string | null;
  readonly error: RecordedError;
}

/** The bundle that the run's tasks execute. */
export interface CodeRef {
  /** Blob of the bundle's code. */
  readonly sha256: string;
  /** Blob of its source map; read only to report errors. */
  readonly map: string;
  /** Absolute path of the flow's file where the run was started; sources in the map are relative to its folder. */
  readonly entry: string;
  /** The flow class's export name within the bundle. */
  readonly exportName: string;
  /** The source file as given on the command line. */
  readonly file: string;
  /** Installed plugins that the tasks use beside what the bundle imports. */
  readonly plugins?: readonly InstalledPlugin[] | undefined;
  /** Where the run was started: the modules that the bundle imports, by the names that it has for them. */
  readonly modules: Readonly<Record<string, OutsideModule>>;
  /** What tasks run from where the run was not started; none where it runs nowhere else. */
  readonly packages?: readonly CodePackageRef[] | undefined;
}

/** A module that a bundle imports and does not hold. */
export interface OutsideModule {
  /** Of its file. */
  readonly url: string;
  /** As it was imported. */
  readonly specifier: string;
}

/** Tells a living process from a dead one, and from another with the same number. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** An opaque mark of the process's start; null where the system gives none. */
  readonly startMark: string | null;
}

/** Rewritten every few seconds while a run lives. */
export interface Heartbeat {
  readonly version: StorageVersion;
  readonly at: Timestamp;
  /** Milliseconds until the next beat at the latest. */
  readonly interval: number;
  readonly running: readonly { readonly task: string; readonly attempt: number; readonly startedAt: Timestamp }[];
  readonly finished: number;
}

export interface ForeachPosition {
  readonly step: string;
  readonly index: number;
  readonly splits: number;
}

export interface LoopPosition {
  readonly step: string;
  readonly iteration: number;
}

/** A task's place among those that one `numParallel` started; the one with index 0 is the control task. */
export interface ParallelPosition {
  readonly nodeIndex: number;
  readonly numNodes: number;
}

/**
 * What one attempt left. Successful ones lie under the task's own key, at most one per task; failed ones lie
 * under `failed/`, one per attempt.
 */
export interface TaskRecord {
  readonly version: StorageVersion;
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
  readonly status: "successful" | "failed";
  readonly startedAt: Timestamp;
  readonly finishedAt: Timestamp;
  /** `step/task` of each input, in order. Empty for the start step. */
  readonly inputs: readonly string[];
  readonly foreach: readonly ForeachPosition[];
  readonly loops: readonly LoopPosition[];
  /** Its place in its gang; absent outside of one. */
  readonly parallel?: ParallelPosition | undefined;
  /** Null where the attempt failed. */
  readonly transition: TakenTransition | null;
  /** The complete set: what was inherited stands here by reference. */
  readonly artifacts: Readonly<Record<string, ArtifactRef>>;
  readonly error: RecordedError | null;
  /** The task whose result this is, where a resumed run took it over: `Flow/run/step/task`. */
  readonly originPathspec: string | null;
  readonly decorators?: readonly AttachedDecorator[] | undefined;
  /** What decorators noted about the attempt: JSON data. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** An error as records keep it. Frames are the user's, in TypeScript positions. */
export interface RecordedError {
  /** The code of a `MetaflowError`; null for the user's own. */
  readonly code: string | null;
  /** The class's name, e.g. `TypeError`; `"string"`, … for a thrown value that is no Error. */
  readonly type: string;
  readonly message: string;
  readonly stack: readonly string[];
  readonly codeFrame: string | null;
  readonly fix: string | null;
  /** The words with which `resume` gets past it, where it needs any: `["train"]`, `["--max-num-splits", "2000"]`. */
  readonly resume?: readonly string[] | undefined;
  readonly cause: RecordedError | null;
  /** The members of an AggregateError. */
  readonly errors: readonly RecordedError[];
}
