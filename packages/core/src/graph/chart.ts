import type { Draft, DraftStep } from "./draft.js";
import { depthFirst, dominators, type Edge, predecessors, topological } from "./traversal.js";

/** The steps that can be reached, by number (their place in the source), and how they lead to one another. */
export interface Chart {
  readonly start: number;
  /** -1 where there is none. */
  readonly end: number;
  /** All steps of the flow, those out of reach as well. */
  readonly steps: readonly DraftStep[];
  readonly next: readonly (readonly number[])[];
  /** `next` without the edges that close a loop. */
  readonly forward: readonly (readonly number[])[];
  /** Who leads forward to each step, in the order of the graph. */
  readonly previous: readonly (readonly number[])[];
  readonly retreating: readonly Edge[];
  /** Immediate dominators. */
  readonly above: Int32Array;
  /** The steps within reach, in the order of the graph: along forward edges, ties in source order. */
  readonly order: readonly number[];
}

/** Null for a flow without a start step. */
export function chartOf(draft: Draft): Chart | null {
  const steps = [...draft.steps.values()];
  const numbers = new Map(steps.map(({ name }, index) => [name, index]));
  const start = draft.start === null ? undefined : numbers.get(draft.start);
  if (start === undefined) return null;
  const next = steps.map((step) => step.next.map((name) => numbers.get(name) ?? 0));
  const { order: reached, retreating } = depthFirst({ entry: start, next });
  const closing = new Map<number, Set<number>>();
  for (const [from, to] of retreating) closing.set(from, (closing.get(from) ?? new Set()).add(to));
  const forward = next.map((targets, from) => targets.filter((to) => !closing.get(from)?.has(to)));
  const order = topological(forward, reached);
  return {
    start,
    end: numbers.get(draft.end ?? "") ?? -1,
    steps,
    next,
    forward,
    previous: predecessors(forward, order),
    retreating,
    above: dominators(reached, predecessors(next, reached)),
    order,
  };
}

/** The name of a step by its number. */
export function nameOf(chart: Chart, node: number): string {
  return chart.steps[node]?.name ?? "";
}
