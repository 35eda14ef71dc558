import type { SourcePosition } from "../errors/metaflow-error.js";
import type { StepPolicy } from "./step-policy.js";
import type { Transition } from "./transition.js";

/** What surrounds a step and is counted in its tasks' addresses, outermost first. */
export type ScopeFrame =
  | { readonly kind: "foreach" /** the step that fans out */; readonly step: string }
  | { readonly kind: "loop" /** the step that each iteration begins with */; readonly step: string };

export type StepType =
  | "start"
  | "linear"
  | "join"
  | "end"
  | "split-static"
  | "split-foreach"
  | "split-parallel"
  | "split-switch";

/** One step of a flow, as every folder above the graph sees it. Plain data. */
export interface StepNode {
  readonly name: string;
  readonly type: StepType;
  readonly transition: Transition;
  /** All steps that the transition may lead to, without repetition, in source order. */
  readonly next: readonly string[];
  /** All steps that may lead here, in the order of the graph. */
  readonly previous: readonly string[];
  /** Takes `inputs`. */
  readonly isJoin: boolean;
  /** A join's split; null elsewhere. */
  readonly split: string | null;
  /** A split's join (static, foreach or parallel split); null elsewhere. */
  readonly matchingJoin: string | null;
  readonly scope: readonly ScopeFrame[];
  /** Targets of this switch that are heads of loops around it: taking one starts the next iteration. */
  readonly backTo: readonly string[];
  /** Artifact names that the source of the step (and of the flow's helper methods) mentions as `this.x`. */
  readonly reads: readonly string[];
  /** Artifact names that a join's source mentions on one of its inputs. */
  readonly inputReads: readonly string[];
  readonly doc: string;
  readonly decorators: readonly AttachedDecorator[];
  /** What the decorators ask of the driver, put together. */
  readonly policy: StepPolicy;
  readonly nodeInfo: Readonly<Record<string, unknown>>;
  readonly source: SourcePosition | null;
}

/** A decorator in its data form: what backends and deployers read. */
export interface AttachedDecorator {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly staticallyDefined: boolean;
  /** Who added it when it was not the source: `--with`, a mutator's name. */
  readonly insertedBy: string | null;
}

/** Part of a flow's shape: a step's name, or the branches of a split. As Metaflow's `graph_structure`. */
export type GraphStructure = readonly (string | GraphStructure)[];

export interface FlowGraph {
  readonly flow: string;
  /** The flow's source file. */
  readonly file: string;
  readonly doc: string;
  readonly start: string;
  readonly end: string;
  /** Those of the flow itself, in their order. */
  readonly decorators: readonly AttachedDecorator[];
  /** In topological order (loops' back edges left out), ties in source order. */
  readonly steps: Readonly<Record<string, StepNode>>;
  readonly structure: GraphStructure;
}
