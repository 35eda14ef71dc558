import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DatastoreLocation } from "./datastore.js";
import type { FlowGraph, StepNode } from "./graph.js";
import type { ParameterDeclaration } from "./parameter.js";
import type { ResourceRequest } from "./resources.js";

/**
 * Turns a flow into something that another engine runs by itself: its specification, as files. What it cannot do is
 * refused before it compiles. What one does with the engine — upload, start, list — are commands of its plugin.
 */
export interface Deployer<O = unknown> {
  /** What `deploy --target` takes: letters, digits, `_` and `-`. */
  readonly name: string;
  readonly capabilities: DeployerCapabilities;
  /** Checks its options and fills in those left out. Without it there are none. */
  readonly options?: StandardSchemaV1<unknown, O> | undefined;
  /** Why it cannot deploy the step, as half a sentence, or null; asked for every step after the capabilities. */
  check?(step: StepNode, graph: FlowGraph, options: O): string | null;
  /** The same request gives the same files. */
  compile(request: DeployRequest<O>): CompiledFlow | Promise<CompiledFlow>;
}

/** What the engine can do; a flow that needs more is refused, with the step and the decorator. */
export interface DeployerCapabilities {
  readonly foreach: boolean;
  readonly switches: boolean;
  readonly loops: boolean;
  readonly gangs: boolean;
  /** Decorators about starts and ends that it translates: of `schedule`, `trigger`, `triggerOnFinish`, `exitHook`. */
  readonly flowDecorators: readonly string[];
  /** Backends that steps may name. */
  readonly backends: readonly string[];
  /** What it can give of what a step asks for; `"ignored"`: it takes what there is. */
  readonly resources: "ignored" | readonly (keyof ResourceRequest)[];
}

export interface DeployRequest<O = unknown> {
  /** The steps with their decorators and policies, and the flow's own decorators: project, schedule, triggers. */
  readonly graph: FlowGraph;
  /** By field, in the order of the class. */
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** Parts of the flow that follow one another, each one the work of one process if the engine wants it so. */
  readonly regions: readonly DeployRegion[];
  readonly commands: DeployCommands;
  readonly datastore: DatastoreLocation;
  /** The folder in which commands on the flow's file are called. */
  readonly cwd: string;
  readonly options: O;
}

export interface DeployRegion {
  readonly entry: string;
  /** The entry of the next one; null for the last. */
  readonly until: string | null;
}

/** Commands as words, for a run whose id may be a placeholder of the engine's. */
export interface DeployCommands {
  /** The words before all others on this machine: Node and the file of Metaflow. */
  readonly program: readonly string[];
  /** Registers the run; words of parameters may follow. */
  init(runId: string): readonly string[];
  region(runId: string, region: DeployRegion): readonly string[];
  step(runId: string, step: string, task: string): readonly string[];
}

export interface CompiledFlow {
  readonly files: readonly CompiledFile[];
}

export interface CompiledFile {
  /** `/`-separated, relative, without `.` and `..`. */
  readonly path: string;
  readonly text: string;
  readonly executable?: boolean | undefined;
}
