import type { Draft } from "./draft.js";
import { type GraphProblem, problem } from "./problems.js";

/** A step whose `@step` was forgotten is no step: without it the flow would run, and do less than is written. */
export function methodsAreMarked({ helpers }: Draft): readonly GraphProblem[] {
  return helpers.unmarked.map((method) => {
    const values = { step: method.name, leadsOn: method.leadsOn };
    return { ...problem("GRAPH_STEP_UNMARKED", method.name, values), method };
  });
}
