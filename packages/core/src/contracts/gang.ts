/**
 * The tasks that one `numParallel` starts: they run at the same time, know of one another, and are committed together
 * or not at all.
 */
export interface GangRef {
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  /** Their ids, by node index. The first is the control task's. */
  readonly tasks: readonly string[];
}

/** One start of a gang: the same for all of its tasks. */
export interface GangStart {
  /** Tells it from every other start of the gang: what tasks of different starts leave is never committed together. */
  readonly id: string;
  readonly numNodes: number;
  /** Where the control task can be reached by the others. */
  readonly mainIp: string;
  /** A port there that is left to the step's code. */
  readonly mainPort: number;
}

/** What a task knows of its gang; a task that is in none is a gang of one. */
export interface ParallelInfo {
  readonly mainIp: string;
  /** A port of the control task's machine that nobody used when the gang started; undefined outside of a gang. */
  readonly mainPort: number | undefined;
  readonly numNodes: number;
  /** From 0, which is the control task's. */
  readonly nodeIndex: number;
  /** Undefined outside of a gang. */
  readonly controlTaskId: string | undefined;
}
