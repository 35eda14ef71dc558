import type { AttachedDecorator, FlowGraph, GraphStructure, StepNode } from "../contracts/graph.js";

/** A step as `output-raw --json` tells it, in Metaflow's shape. */
export interface StepJson {
  readonly name: string;
  readonly type: StepNode["type"];
  readonly line: number | null;
  readonly source_file: string;
  readonly doc: string;
  readonly decorators: readonly DecoratorJson[];
  readonly next: readonly string[];
  readonly node_info: Readonly<Record<string, unknown>>;
  readonly foreach_artifact?: string;
  readonly num_parallel?: number | null;
  readonly condition?: string;
  readonly switch_cases?: Readonly<Record<string, string>>;
  readonly switch_default?: string;
  readonly max_iterations?: number;
  readonly matching_join?: string;
}

export interface DecoratorJson {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly statically_defined: boolean;
  readonly inserted_by: string | null;
}

/** What `output-raw --json` prints. */
export interface GraphJson {
  /** Those of the flow itself. */
  readonly decorators: readonly DecoratorJson[];
  readonly graph: Readonly<Record<string, StepJson>>;
  readonly graph_structure: GraphStructure;
}

/** The graph in the shape of Metaflow's `output-raw`. */
export function graphJson(graph: FlowGraph): GraphJson {
  const steps = Object.values(graph.steps).map((step) => [step.name, stepJson(step, graph.file)] as const);
  return {
    decorators: graph.decorators.map(decoratorJson),
    graph: Object.fromEntries(steps),
    graph_structure: graph.structure,
  };
}

function stepJson(step: StepNode, file: string): StepJson {
  return {
    name: step.name,
    type: step.type,
    line: step.source?.line ?? null,
    source_file: step.source?.file ?? file,
    doc: step.doc,
    decorators: step.decorators.map(decoratorJson),
    next: step.next,
    node_info: step.nodeInfo,
    ...transitionJson(step),
    ...(step.matchingJoin === null ? {} : { matching_join: step.matchingJoin }),
  };
}

function decoratorJson({ name, attributes, staticallyDefined, insertedBy }: AttachedDecorator): DecoratorJson {
  return { name, attributes, statically_defined: staticallyDefined, inserted_by: insertedBy };
}

function transitionJson({ transition }: StepNode): Partial<StepJson> {
  switch (transition.kind) {
    case "foreach":
      return { foreach_artifact: transition.artifact };
    case "parallel":
      return { num_parallel: transition.numParallel };
    case "switch":
      return {
        condition: transition.condition,
        switch_cases: Object.fromEntries(transition.cases.map(({ value, target }) => [value, target])),
        ...(transition.fallback === null ? {} : { switch_default: transition.fallback }),
        ...(transition.maxIterations === null ? {} : { max_iterations: transition.maxIterations }),
      };
    default:
      return {};
  }
}
