import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Current } from "./current.js";
import type { Datastore } from "./datastore.js";
import type { DecoratorCliOption, GivenOptions } from "./decorator-options.js";
import type { FlowGraph } from "./graph.js";
import type { ParameterDeclaration } from "./parameter.js";
import type { RecordedError, RunStatus } from "./records.js";
import type { DecoratorContract } from "./step-decorator.js";
import type { TriggerRecord } from "./trigger.js";

/**
 * A flow decorator: its options, and what it does when a run of the flow starts and ends. Plain data and functions; its
 * completed options lie in the graph, where deployers read them without loading its package.
 */
export interface FlowDecorator<O = unknown> {
  /** As it stands in messages; unique among those that a flow has. */
  readonly name: string;
  readonly contract: DecoratorContract;
  /**
   * Checks the options and fills in their defaults. Must answer at once, without a promise, and with JSON data and
   * functions that have names: a function reaches the hooks, and stands in the graph as its name.
   */
  readonly options: StandardSchemaV1<unknown, O>;
  /** A flow may have several of it. */
  readonly repeatable?: boolean | undefined;
  /** Decorators with a lower number come first; equal ones as in the source. Default 0. */
  readonly order?: number | undefined;
  /** Names of flow decorators that a flow cannot have beside it. */
  readonly conflictsWith?: readonly string[] | undefined;
  /** Options that commands on the flow get from it, by their long name without dashes. */
  readonly cliOptions?: Readonly<Record<string, DecoratorCliOption>> | undefined;
  /** Why the flow cannot have it, or null. */
  check?(options: O, site: FlowSite): string | null;
  /** In the command that starts a run, before the run is registered. What it throws stops the command. */
  start?(options: O, start: FlowStart): FlowStarted | Promise<FlowStarted>;
  /**
   * In every task of the run: fields of `current` that are no plain data. What `start` gave for `current` is there
   * already.
   */
  current?(options: O, task: FlowTask): Partial<Current> | Promise<Partial<Current>>;
  /**
   * What is to be called once a run has ended, in order. Asked where the run ended and, for the one that is called,
   * once more in a process of its own with the flow's code; so it goes by the options and the status alone.
   */
  exitHooks?(options: O, status: EndedRun["status"]): readonly ExitHook[];
}

/** The flow that a decorator is attached to. */
export interface FlowSite {
  readonly graph: FlowGraph;
  /** By field, in the order of the class. */
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** What the flow's file exports, by name. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A run that is about to be registered. */
export interface FlowStart extends FlowSite {
  /** Where the run will be kept. */
  readonly datastore: Datastore;
  readonly user: string | undefined;
  /** The decorator's own options: what was given now, else what the run that is resumed was given. */
  readonly given: GivenOptions;
  /** Where the run that is resumed has what it was started with; undefined where none is. */
  readonly origin: { readonly runId: string; readonly current: Readonly<Record<string, unknown>> } | undefined;
}

/** What a decorator adds to a run. Plain JSON data: it is kept in the run's record. */
export interface FlowStarted {
  readonly systemTags?: readonly string[] | undefined;
  /** Fields of `current` in every task of the run. */
  readonly current?: Partial<Current> | undefined;
  /** Values for parameters that nobody gave, by field. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /** What started the run. A resumed one has what its origin had. */
  readonly triggers?: readonly TriggerRecord[] | undefined;
}

/** A task of a run, before its step's code is evaluated. */
export interface FlowTask {
  readonly datastore: Datastore;
  /** What started the run; empty where it was started by hand. */
  readonly triggers: readonly TriggerRecord[];
}

/** Something to be called after a run. What it throws, and that it takes too long, is told and changes nothing. */
export interface ExitHook {
  /** As it stands in messages. */
  readonly name: string;
  /** After as many milliseconds `signal` aborts, and its process is killed soon after. */
  readonly timeLimitMs: number;
  call(run: EndedRun): void | Promise<void>;
}

/** A run that ended. */
export interface EndedRun {
  readonly datastore: Datastore;
  /** What the flow's file exports, by name, evaluated for this hook alone. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly flow: string;
  readonly runId: string;
  readonly status: Exclude<RunStatus, "running">;
  /** Why it failed; null where it did not. */
  readonly failure: {
    readonly step: string | null;
    readonly task: string | null;
    readonly error: RecordedError;
  } | null;
  /** Aborts when the hook is to end: its time is up, or the command is told to end. */
  readonly signal: AbortSignal;
}
