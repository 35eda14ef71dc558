import { distance } from "fastest-levenshtein";
import type { Draft, DraftStep } from "./draft.js";
import { type GraphProblem, problem } from "./problems.js";

/** Exactly one start and one end step. */
export function endpointsExist(draft: Draft): readonly GraphProblem[] {
  const flow = draft.definition.name;
  return (["start", "end"] as const).flatMap((which) => {
    const steps = which === "start" ? draft.starts : draft.ends;
    // Its @step was forgotten: another rule says so.
    if (steps.length === 0 && draft.helpers.unmarked.some(({ name }) => name === which)) return [];
    if (steps.length === 0) return [problem("GRAPH_ENDPOINT_MISSING", null, { flow, which })];
    if (steps.length === 1) return [];
    return [problem("GRAPH_ENDPOINT_AMBIGUOUS", steps.at(-1) ?? null, { flow, which, steps })];
  });
}

/** What the parser found. The end step's transition is wrong in any form: another rule says so. */
export function sourcesAreReadable(draft: Draft): readonly GraphProblem[] {
  return [...draft.steps.values()].flatMap(({ name, parsed }) => {
    const isEnd = draft.ends.includes(name);
    return parsed.problems
      .filter(({ code }) => !(isEnd && (code.startsWith("GRAPH_NEXT_") || code.startsWith("GRAPH_SWITCH_"))))
      .map(({ code, offset, values }) => ({ code, step: name, offset, values: { step: name, ...values } }));
  });
}

/** Every step but the last has a transition. */
export function everyStepLeadsOn(draft: Draft): readonly GraphProblem[] {
  const silent = [...draft.steps.values()].filter(({ transition }) => transition?.kind === "end");
  // Without an end step, the one step that leads nowhere is meant to be it.
  if (draft.ends.length === 0 && silent.length === 1) return [];
  return silent
    .filter(({ name }) => !draft.ends.includes(name))
    .map(({ name, parsed }) => {
      const helper = draft.helpers.leadingFrom(parsed)?.name ?? null;
      return problem("GRAPH_NEXT_MISSING", name, { step: name, helper });
    });
}

export function targetsExist(draft: Draft): readonly GraphProblem[] {
  return [...draft.steps.values()].flatMap(({ name, parsed }) =>
    parsed.targets
      .filter((target) => !draft.steps.has(target.name))
      .map((target) => {
        // A method of that very name is what was meant.
        const similar = draft.helpers.has(target.name) ? null : closest(target.name, [...draft.steps.keys()]);
        return problem("GRAPH_STEP_UNKNOWN", name, { step: name, target: target.name, similar }, target.offset);
      }),
  );
}

/** The name that somebody may have meant: at most a third of its letters differ. */
function closest(name: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of names) {
    const difference = distance(name.toLowerCase(), candidate.toLowerCase());
    if (difference >= least) continue;
    best = candidate;
    least = difference;
  }
  return best;
}

export function nothingLeadsToStart({ start, steps }: Draft): readonly GraphProblem[] {
  if (start === null) return [];
  const from = [...steps.values()].filter(({ next }) => next.includes(start)).map(({ name }) => name);
  const [first] = from;
  if (first === undefined) return [];
  return [problem("GRAPH_START_INCOMING", first, { step: start, from }, offsetOf(steps.get(first), start))];
}

export function endHasNoNext({ end, steps }: Draft): readonly GraphProblem[] {
  const step = end === null ? undefined : steps.get(end);
  if (!step || step.transition?.kind === "end" || isUnreadable(step)) return [];
  return [problem("GRAPH_END_OUTGOING", step.name, { step: step.name }, step.parsed.nextOffset)];
}

/** A step of which not even the text can be read says nothing about its transition. */
function isUnreadable({ parsed }: DraftStep): boolean {
  return parsed.problems.some(({ code }) => code === "GRAPH_STEP_UNREADABLE");
}

export function endTakesNothing({ end, steps }: Draft): readonly GraphProblem[] {
  const step = end === null ? undefined : steps.get(end);
  if (step?.takes !== "inputs") return [];
  return [problem("GRAPH_END_JOIN", step.name, { step: step.name })];
}

/** Where a step names another one. */
export function offsetOf(step: DraftStep | undefined, target: string): number {
  return step?.parsed.targets.find(({ name }) => name === target)?.offset ?? 0;
}
