import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { PackageFile } from "./code-package.js";
import type { DatastoreLocation } from "./datastore.js";
import type { StepNode } from "./graph.js";
import type { CodeRef } from "./records.js";
import type { ResourceRequest } from "./resources.js";

/**
 * Where tasks run. It starts one command for each attempt, passes on what that prints, says how it ended, and ends it
 * when it is told to. The command finds its work, keeps its log and commits its result by itself, through the datastore:
 * a backend knows nothing of artifacts and records, and never starts anything a second time. That is the driver's.
 */
export interface Backend<O = unknown> {
  /** What `--backend`, and a step's policy, name: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  /** Checks its options and fills in those left out. Without it there are none. */
  readonly options?: StandardSchemaV1<unknown, O> | undefined;
  /** Why it cannot run the step, as half a sentence, or null. Asked for all its steps before anything is stored. */
  check?(step: StepNode, options: O): string | null | Promise<string | null>;
  /** Called once for a run, before its first attempt there. Loads heavy libraries only here. */
  open(run: BackendRun): OpenBackend<O> | Promise<OpenBackend<O>>;
}

export interface BackendCapabilities {
  /**
   * Its commands run on this machine, with its files. Where it is false they start in places that have nothing but Node:
   * the run has a code package then, and an attempt brings what makes its place ready.
   */
  readonly local: boolean;
  /** What it can give of what a step asks for. A step that asks for more is refused; `"ignored"`: it takes what there is. */
  readonly resources: "ignored" | readonly (keyof ResourceRequest)[];
  /** Attempts that it runs at the same time; null: as many as there are. */
  readonly maxParallel: number | null;
  /** It can run gangs (`numParallel`), whose tasks start at the same time and reach one another at this machine's address. */
  readonly gangs: boolean;
}

/** The run that it works for. */
export interface BackendRun {
  readonly flow: string;
  readonly runId: string;
  readonly datastore: DatastoreLocation;
  /** The code that tasks run: its address in the datastore, and that of its packages. */
  readonly code: CodeRef;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface OpenBackend<O = unknown> {
  /** Starts an attempt, or says through `ended` that it could not. Does not throw. */
  launch(attempt: BackendAttempt<O>, listener: BackendListener): LaunchedCommand;
  /** Ends what is left. */
  close(): Promise<void>;
}

/** One attempt of a task: what is to be started, and what for. */
export interface BackendAttempt<O = unknown> {
  readonly flow: string;
  readonly runId: string;
  readonly step: string;
  readonly task: string;
  readonly attempt: number;
  /** The words after `metaflow`, the same wherever it runs: `step`, `TrainFlow/1790000000000000/train/i3`, … */
  readonly words: readonly string[];
  /**
   * The whole command. On this machine: Node, the file of Metaflow, and the words; elsewhere: what makes the place ready
   * and then executes the words, with `node` from the path.
   */
  readonly command: readonly [string, ...string[]];
  /** What has to lie in the command's working folder, which has nothing else. None for a local backend. */
  readonly files: readonly PackageFile[];
  /** Set in its environment beside what the place has. No credentials. */
  readonly variables: Readonly<Record<string, string>>;
  /** The step with its decorators and policy. */
  readonly node: StepNode;
  /** What the step asks for; null where it says nothing. */
  readonly resources: ResourceRequest | null;
  /** Milliseconds after which the attempt is told to stop anyway. */
  readonly timeLimitMs: number | null;
  readonly options: O;
}

export interface BackendListener {
  /** Its command runs, or is about to. Once, before its lines. */
  onStart(place: BackendPlace): void;
  /**
   * A line that it printed, for who watches; in order for each stream, all of them before the end.
   *
   * @param terminated false for a last line that ended without a line feed
   */
  onLine(stream: "stdout" | "stderr", text: string, terminated: boolean): void;
}

export interface BackendPlace {
  /** The process's number, where it is one of this machine. */
  readonly pid?: number | undefined;
}

export interface LaunchedCommand {
  /** How it ended. Never rejects. */
  readonly ended: Promise<BackendEnd>;
  /** Asks it to end, as SIGTERM does. Nothing where it has ended. */
  stop(): void;
  /** Ends it with all that it started, at once. Nothing where it has ended. */
  kill(): void;
}

export type BackendEnd =
  /** By itself. */
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: NodeJS.Signals }
  /** It was out of memory, and its place ended it. */
  | { readonly kind: "outOfMemory" }
  /** Its place was not to be had, or went away: evicted, unreachable. The reason is a clause: `the node is gone`. */
  | { readonly kind: "lost"; readonly reason: string };
