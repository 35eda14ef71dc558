import type { ParallelInfo } from "./gang.js";
import type { FlowGraph } from "./graph.js";

/**
 * What a running step may ask about itself, by `current`. Plugins add fields by declaration merging and give them
 * their value in a hook of theirs.
 */
export interface Current {
  /** False outside of a running step; then every other field is undefined. */
  readonly isRunningFlow: boolean;
  readonly flowName: string;
  readonly runId: string;
  readonly stepName: string;
  readonly taskId: string;
  /** `Flow/run/step/task` */
  readonly pathspec: string;
  /** The attempt, from 0. */
  readonly retryCount: number;
  /** The run that was resumed; undefined where none was. */
  readonly originRunId: string | undefined;
  /** `user:<name>`, or `user:` followed by nothing where the user is not known. */
  readonly namespace: string;
  readonly username: string | undefined;
  /** The tags that the run was started with. */
  readonly tags: readonly string[];
  /** Names of the flow's parameters, in the order of the class. */
  readonly parameterNames: readonly string[];
  /** The flow's steps, transitions and decorators, as they were fixed when the run started. */
  readonly graph: FlowGraph;
  /** Where temporary files go: `METAFLOW_TEMPDIR`, or else the working folder. */
  readonly tempdir: string;
  /** Whether the task is one of several that `numParallel` started. */
  readonly isParallel: boolean;
  /** Its place among them; outside of a gang that of the only task. */
  readonly parallel: ParallelInfo;
  /** Aborts when the task is to stop: listen to it for a clean end. */
  readonly signal: AbortSignal;
}
