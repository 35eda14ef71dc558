import type { Draft, DraftStep } from "./draft.js";
import { type GraphProblem, problem } from "./problems.js";
import { RESERVED_STEP_NAMES } from "./reserved-names.js";

const MAX_LENGTH = 100;

export function namesUnreserved(draft: Draft): readonly GraphProblem[] {
  return stepsOf(draft)
    .filter(({ name }) => RESERVED_STEP_NAMES.has(name))
    .map(({ name }) => problem("GRAPH_STEP_NAME_RESERVED", name, { step: name }));
}

export function validNames(draft: Draft): readonly GraphProblem[] {
  return stepsOf(draft).flatMap(({ name }) => {
    const reason = whyInvalid(name);
    return reason === null ? [] : [problem("GRAPH_STEP_NAME_INVALID", name, { step: name, reason })];
  });
}

function whyInvalid(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return "it does not begin with a letter";
  const wrong = [...name].find((character) => !/\w/.test(character));
  if (wrong !== undefined) return `'${wrong}' is not allowed in it`;
  return name.length > MAX_LENGTH ? `it is longer than ${MAX_LENGTH} characters` : null;
}

export function namesDiffer(draft: Draft): readonly GraphProblem[] {
  const seen = new Map<string, string>();
  return stepsOf(draft).flatMap(({ name }) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    return other === undefined ? [] : [problem("GRAPH_STEP_NAME_CASE", name, { step: name, other })];
  });
}

function stepsOf(draft: Draft): readonly DraftStep[] {
  return [...draft.steps.values()];
}
