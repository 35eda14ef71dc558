import type { FlowSpec } from "./flow-spec.js";
import type { StepResult } from "./next-types.js";
import { markStep } from "./step-metadata.js";

/** Options of `@step({ … })`. */
export interface StepOptions {
  /** The flow begins here. Without it, the step named `start` is the first one. */
  readonly start?: boolean;
  /** The flow ends here. Without it, the step named `end` is the last one. */
  readonly end?: boolean;
  /** Free-form data that is kept with the step in the flow's graph. */
  readonly nodeInfo?: Readonly<Record<string, unknown>>;
}

/** A public instance method of a flow, as TypeScript describes it to a decorator. */
interface StepMethodContext {
  readonly kind: "method";
  readonly name: string;
  readonly static: false;
  readonly private: false;
  readonly access: { has(flow: FlowSpec): boolean };
  readonly metadata: DecoratorMetadata;
}

/** A method that can be a step: it takes nothing, a foreach item, or the inputs of a join. */
type StepMethod = (item: never) => StepResult;

type StepDecorator = (method: StepMethod, context: StepMethodContext) => void;

/**
 * Makes a method of a flow a step: `@step start() { … }`, or `@step({ start: true }) load() { … }`.
 *
 * Where other decorators wrap the method, `@step` stands closest to it: it keeps the method as it was written.
 */
export function step(method: StepMethod, context: StepMethodContext): void;
export function step(options?: StepOptions): StepDecorator;
export function step(first?: StepMethod | StepOptions, context?: StepMethodContext): unknown {
  // A second argument means that this is the decorator itself: `@step` without parentheses.
  if (context !== undefined) return declareStep(first as StepMethod, context, {});
  const options = first as StepOptions | undefined;
  return (method: StepMethod, methodContext: StepMethodContext) => declareStep(method, methodContext, options ?? {});
}

function declareStep(method: StepMethod, context: StepMethodContext, options: StepOptions): void {
  const { start = false, end = false, nodeInfo = {} } = options;
  markStep(context, { start, end, nodeInfo, method });
}
