import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Current } from "./current.js";
import type { FlowGraph, StepNode } from "./graph.js";
import type { RecordedError } from "./records.js";
import type { StepPolicy } from "./step-policy.js";

/** The version of this contract that a decorator was written for. */
export type DecoratorContract = 1;

/**
 * A step decorator: its options, and what it does at which moment of a task. Plain data and functions; how it was
 * attached — `@name(…)`, `--with name:…`, a mutator — makes no difference.
 */
export interface StepDecorator<O = unknown> {
  /** As it stands in `--with` and in messages; unique among those that a step has. */
  readonly name: string;
  readonly contract: DecoratorContract;
  /** Checks the options and fills in their defaults. Must answer at once, without a promise. */
  readonly options: StandardSchemaV1<unknown, O>;
  /** A step may have several of it. */
  readonly repeatable?: boolean | undefined;
  /** Decorators with a lower number stand further outside; equal ones as in the source. Default 0. */
  readonly order?: number | undefined;
  /** Names of decorators that a step cannot have beside it. */
  readonly conflictsWith?: readonly string[] | undefined;
  /**
   * Why the step cannot have it, or null. In the source that is an error; `--with` passes by such steps, and says so.
   */
  check?(options: O, site: DecoratorSite): string | null;
  /** What it asks of the driver, as data. */
  policy?(options: O): StepPolicy;
  /** In the task's process, before the step's code is evaluated for the task. */
  prepare?(options: O, task: TaskFacts): PreparedEnvironment | Promise<PreparedEnvironment>;
  /**
   * Around the step's code: what is before `proceed()` runs before it, what is after it after it. Not calling it skips
   * the step; catching what it throws makes the step succeed. Then the step's own transition is taken.
   */
  wrap?(options: O, task: RunningTask, proceed: () => Promise<void>): void | Promise<void>;
  /** In the attempt after the last failed one, in place of the step. */
  fallback?(options: O, task: RunningTask, failure: RecordedError): void | Promise<void>;
}

/** Where a decorator is about to be attached. */
export interface DecoratorSite {
  readonly step: StepNode;
  readonly graph: FlowGraph;
}

/** What is known of a task before its code is evaluated. */
export interface TaskFacts {
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
}

export interface PreparedEnvironment {
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A task whose step runs. */
export interface RunningTask extends TaskFacts {
  /** The instance that the step runs on: its fields are the artifacts. */
  readonly instance: Record<string, unknown>;
  /** A join's inputs; undefined elsewhere. */
  readonly inputs: readonly object[] | undefined;
  readonly signal: AbortSignal;
  /** Adds fields to `current` for the rest of the task. */
  setCurrent(fields: Partial<Current>): void;
}
