import fc from "fast-check";
import { type CompiledFlow, compiledFlow } from "./compiled-flow.js";
import { type FlowShape, flowShapes } from "./flow-shapes.js";
import { classBody, flowSource, parallelSteps } from "./flow-source.js";
import { type PlannedStep, planFlow } from "./planned-flow.js";

/** A flow of some shape whose steps compute something that depends on the way through the graph. */
export interface GeneratedFlow {
  readonly shape: FlowShape;
  readonly steps: readonly PlannedStep[];
  /** The file a user would have written: a flow class `GeneratedFlow` as default export. */
  readonly source: string;
  /** The same flow without a compiler. */
  readonly compiled: CompiledFlow;
}

/** Flows of all shapes: chains, branches, foreach, gangs, switches and loops, within and after one another. */
export function generatedFlows(): fc.Arbitrary<GeneratedFlow> {
  return flowShapes().map(generateFlow);
}

function generateFlow(shape: FlowShape): GeneratedFlow {
  const steps = planFlow(shape);
  const source = flowSource(steps);
  const compiled = compiledFlow(classBody(steps), { name: "GeneratedFlow", parallel: parallelSteps(steps) });
  // What a failed property shows.
  const text = () => `${JSON.stringify(shape)}\n${source}`;
  return Object.defineProperty({ shape, steps, source, compiled }, fc.toStringMethod, { value: text });
}
