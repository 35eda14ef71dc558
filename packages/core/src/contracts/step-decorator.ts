import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Current } from "./current.js";
import type { DecoratorCliOption, GivenOptions } from "./decorator-options.js";
import type { ParallelInfo } from "./gang.js";
import type { FlowGraph, StepNode } from "./graph.js";
import type { RecordedError } from "./records.js";
import type { StepPolicy } from "./step-policy.js";

/** The version of this contract that a decorator was written for. */
export type DecoratorContract = 1;

/**
 * A step decorator: its options, and what it does at which moment of a task. Plain data and functions; how it was
 * attached — `@name(…)`, `--with name:…`, a mutator — makes no difference. `A`: the artifacts that it reads and sets; the
 * flow has to have them.
 */
export interface StepDecorator<O = unknown, A extends object = AnyArtifacts> {
  /** As it stands in `--with` and in messages; unique among those that a step has. */
  readonly name: string;
  /** Other names by which `--with` and mutators find it. */
  readonly aliases?: readonly string[] | undefined;
  readonly contract: DecoratorContract;
  /** Checks the options and fills in their defaults. Must answer at once, without a promise. */
  readonly options: StandardSchemaV1<unknown, O>;
  /** A step may have several of it. */
  readonly repeatable?: boolean | undefined;
  /** Decorators with a lower number stand further outside; equal ones as in the source. Default 0. */
  readonly order?: number | undefined;
  /** The step is for `numParallel`: each start of it is a gang of tasks that know of one another. */
  readonly parallel?: boolean | undefined;
  /** Names of decorators that a step cannot have beside it. */
  readonly conflictsWith?: readonly string[] | undefined;
  /** Options that commands on the flow get from it, by their long name without dashes. */
  readonly cliOptions?: Readonly<Record<string, DecoratorCliOption>> | undefined;
  /**
   * Why the step cannot have it, or null; answers at once. In the source that is an error; `--with` passes by such
   * steps, and says so.
   */
  check?(options: O, site: DecoratorSite): string | null;
  /** What it asks of the driver, as data; answers at once. */
  policy?(options: O): StepPolicy;
  /** In the command that starts a run: what the code package gets besides the flow's own code. */
  files?(options: O, site: DecoratorSite): readonly PackagedFile[] | Promise<readonly PackagedFile[]>;
  /**
   * The options as they may be stored, where some hold secrets: everybody who can read a run reads the rest. The task
   * takes them from the source again, so that they can be given nowhere else. Every text that it changes is kept out of
   * what is written.
   */
  redact?(options: O): O;
  /** In the task's process, before the step's code is evaluated for the task. */
  prepare?(options: O, task: StartingTask): PreparedEnvironment | Promise<PreparedEnvironment>;
  /**
   * Around the step's code: what is before `proceed()` runs before it, what is after it after it. Not calling it skips
   * the step; catching what it throws makes the step succeed. Then the step's own transition is taken, or that with the
   * arguments which are returned.
   */
  wrap?(options: O, task: RunningTask<A>, proceed: Proceed<A>): HookResult;
  /** In the attempt after the last failed one, in place of the step. What it returns is as in `wrap`. */
  fallback?(options: O, task: RunningTask<A>, failure: RecordedError): HookResult;
}

/** A step decorator in a list of several, whatever artifacts they ask for. */
export type AnyStepDecorator = StepDecorator<unknown, never>;

/** Artifacts of a flow of which nothing is known. */
export type AnyArtifacts = Record<string, unknown>;

/** What a hook that stands for the step may say about the transition. */
export type HookResult = MaybeNext | Promise<MaybeNext>;

// biome-ignore lint/suspicious/noConfusingVoidType: what a function gives that returns nothing
export type MaybeNext = NextArguments | void;

/**
 * Runs the step, with the decorators that stand further inside, once at most. A replacement runs in place of all of that.
 * Written as a method, so that decorators of any artifacts go into one list.
 */
export type Proceed<A extends object = AnyArtifacts> = {
  proceed(replacement?: StepReplacement<A>): Promise<void>;
}["proceed"];

/**
 * A function that stands for the step: gets the instance, and what the step takes — the item of a foreach, a join's
 * inputs. Unless it calls `flow.next(…)` the step's own transition is taken, or that with the arguments it returns.
 */
export type StepReplacement<A extends object = AnyArtifacts> = {
  replace(flow: A, argument: unknown): HookResult;
}["replace"];

/**
 * Arguments in place of those of the step's `this.next(…)`: only what the step's own transition takes, which the graph
 * says. What is left out stays as it stands in the source.
 */
export interface NextArguments {
  /** The items of a foreach, or the name of the artifact that has them. */
  readonly foreach?: string | Iterable<unknown> | undefined;
  /** The value that chooses the case of a switch. */
  readonly condition?: string | number | boolean | undefined;
  /** How many parallel tasks there are. */
  readonly numParallel?: number | undefined;
}

/** A file of the code package. */
export interface PackagedFile {
  /** Its path in the package, with `/` between folders. */
  readonly name: string;
  readonly content: string | Uint8Array;
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
  /** What was given for the decorator's own command line options when the run was started. */
  readonly given: GivenOptions;
  /** Its place among the tasks that `numParallel` started; outside of a gang that of the only task. */
  readonly parallel: ParallelInfo;
}

/** A task whose environment is made ready. */
export interface StartingTask extends TaskFacts {
  /** The environment so far. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface PreparedEnvironment {
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** A task whose step runs. */
export interface RunningTask<A extends object = AnyArtifacts> extends TaskFacts {
  /** The instance that the step runs on: its fields are the artifacts. */
  readonly instance: A;
  /** A join's inputs; undefined elsewhere. */
  readonly inputs: readonly object[] | undefined;
  readonly signal: AbortSignal;
  /** Adds fields to `current` for the rest of the task. @throws TypeError where a field is the run's own */
  setCurrent(fields: Partial<Current>): void;
  /** Keeps JSON data with the attempt, which the client gives as `task.metadata`. @throws METADATA_INVALID */
  setMetadata(values: Readonly<Record<string, unknown>>): void;
}
