import type { GraphErrorCode, GraphErrorValues } from "../errors/tables/graph-errors.js";

/** Something in a step's source that a step must not have. */
export interface StepProblem {
  readonly code: GraphErrorCode;
  /** Where, counted from the beginning of the method's text. */
  readonly offset: number;
  /** What the message needs besides the name of the step. */
  readonly values: Readonly<Record<string, unknown>>;
}

export function stepProblem<C extends GraphErrorCode>(
  code: C,
  at: { readonly start: number },
  values: Omit<GraphErrorValues<C>, "step">,
): StepProblem {
  return { code, offset: at.start, values };
}
