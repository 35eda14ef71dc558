import type { Draft, DraftStep } from "./draft.js";
import { type GraphProblem, problem } from "./problems.js";
import { offsetOf } from "./rules-steps.js";

export function parallelIsDecorated(draft: Draft): readonly GraphProblem[] {
  return [...draft.steps.values()].flatMap((step) => {
    const target = draft.steps.get(parallelTarget(step) ?? "");
    if (!target || isParallel(target)) return [];
    const values = { step: target.name, from: step.name };
    return [problem("GRAPH_PARALLEL_UNDECORATED", step.name, values, offsetOf(step, target.name))];
  });
}

/** The tasks of a parallel step run together: what follows is their join. */
export function parallelIsJoined(draft: Draft): readonly GraphProblem[] {
  const started = new Set([...draft.steps.values()].map(parallelTarget));
  return [...draft.steps.values()].flatMap((step) => {
    if (!started.has(step.name) || step.transition === null) return [];
    const next = step.transition.kind === "linear" ? draft.steps.get(step.transition.target) : undefined;
    const unknown = step.transition.kind === "linear" && next === undefined;
    if (unknown || next?.takes === "inputs") return [];
    return [problem("GRAPH_PARALLEL_NOT_JOINED", step.name, { step: step.name }, step.parsed.nextOffset)];
  });
}

function parallelTarget({ transition }: DraftStep): string | null {
  return transition?.kind === "parallel" ? transition.target : null;
}

export function parallelIsUsed(draft: Draft): readonly GraphProblem[] {
  return [...draft.steps.values()].flatMap((step) =>
    step.next
      .filter((name) => step.transition?.kind !== "parallel" && isParallel(draft.steps.get(name)))
      .map((name) =>
        problem("GRAPH_PARALLEL_MISUSED", step.name, { step: name, from: step.name }, offsetOf(step, name)),
      ),
  );
}

function isParallel(step: DraftStep | undefined): boolean {
  return Object.values(step?.declaration.definitions ?? {}).some(({ parallel }) => parallel === true);
}
