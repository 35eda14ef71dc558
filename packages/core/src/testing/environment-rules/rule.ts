import type { Datastore } from "../../contracts/datastore.js";
import type { Environment, EnvironmentContent, EnvironmentProject } from "../../contracts/environment.js";
import type { StepNode } from "../../contracts/graph.js";

/** How a suite gets what it tests. */
export interface EnvironmentFactory {
  readonly environment: Environment;
  /**
   * A project that uses what the environment brings, by a flow's file in a folder that is used by nobody else: the flow
   * prints what came along. Called more than once, it gives equal projects in other folders.
   */
  makeProject(): Promise<SampleProject> | SampleProject;
}

export interface SampleProject {
  /** Absolute path of the flow's file, which lies in the project's folder. */
  readonly flowFile: string;
  /** What its start step prints where everything came along, in one line. */
  readonly prints: string;
  /** Words that must stand in no file of a package: what only this machine knows. */
  readonly secrets?: readonly string[] | undefined;
  close?(): void | Promise<void>;
}

/** One promise of the contract. */
export interface EnvironmentRule {
  readonly name: string;
  /** Rejects where the environment breaks the promise. */
  check(): Promise<void>;
}

/** A sample, as far as it had to be made for the rule. */
export interface TestedEnvironment {
  readonly environment: Environment;
  readonly sample: SampleProject;
  readonly project: EnvironmentProject;
  readonly steps: readonly StepNode[];
  readonly datastore: Datastore;
  /** What `collect` gives for all steps. */
  collect(): Promise<EnvironmentContent>;
  /** Registers a run with its packages and returns what a task of it needs to be started elsewhere. */
  register(): Promise<StartedElsewhere>;
  /** An equal project in another folder. */
  another(): Promise<TestedEnvironment>;
}

export interface StartedElsewhere {
  readonly runId: string;
  /** Hash of the package's archive. */
  readonly sha256: string;
  /** Starts the words in a place without anything, the environment's bootstrap first. */
  start(words: readonly string[]): Promise<Ended>;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What was asked of the place. */
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

export interface RuleBody {
  readonly name: string;
  readonly check: (tested: TestedEnvironment) => Promise<void>;
}
