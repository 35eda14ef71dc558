import type { GraphStructure } from "../contracts/graph.js";
import { type Chart, nameOf } from "./chart.js";
import { opensSplit, type Splits } from "./splits.js";
import { dominators } from "./traversal.js";

/**
 * A flow's shape as Metaflow's `graph_structure`: step names, and after a split or a switch the list of its branches.
 * The branches of a switch end where they meet again. A case that leads back in a loop is left out.
 */
export function structureOf(chart: Chart, splits: Splits, end: number): GraphStructure {
  const meeting = meetingPoints(chart, end);
  const seen = new Set<number>();
  return block(chart.start, -1);

  function block(first: number, stop: number): GraphStructure {
    const steps: (string | GraphStructure)[] = [];
    for (let node = first; node !== -1 && node !== stop && !seen.has(node); ) {
      seen.add(node);
      steps.push(nameOf(chart, node));
      const targets = chart.forward[node] ?? [];
      const split = opensSplit(chart.steps[node]?.transition?.kind);
      const after = split ? (splits.joinOf.get(node) ?? -1) : (meeting[node] ?? -1);
      if (split || targets.length > 1) steps.push(targets.map((target) => block(target, after)));
      node = after;
    }
    return steps;
  }
}

/** For each step the nearest one that every way on leads through; -1 where there is none. */
function meetingPoints(chart: Chart, end: number): Int32Array {
  const order = [end, ...chart.order.filter((node) => node !== end).reverse()];
  const meeting = dominators(order, chart.forward);
  meeting[end] = -1;
  return meeting;
}
