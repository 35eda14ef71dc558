/**
 * A task's place among the tasks of its step: one number per frame of the step's scope, outermost first —
 * the item's index for a foreach, the iteration for a loop. Empty for a step outside of both.
 */
export type TaskAddress = readonly number[];

/** One task of a run. */
export interface TaskRef {
  readonly step: string;
  readonly address: TaskAddress;
}

/** One try of a task. */
export interface AttemptRef extends TaskRef {
  /** Counts from 0. */
  readonly attempt: number;
}

/** `Flow/run` and the parts that follow, as far as they were given. */
export interface Pathspec {
  readonly flow: string;
  readonly run?: string | undefined;
  readonly step?: string | undefined;
  readonly task?: string | undefined;
  readonly artifact?: string | undefined;
}
