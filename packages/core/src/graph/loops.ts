import { type Chart, nameOf } from "./chart.js";
import { type GraphProblem, problem } from "./problems.js";
import type { Splits } from "./splits.js";
import { dominates, type Edge, predecessors, shortestPath } from "./traversal.js";

/** A loop that a switch closes. */
export interface Loop {
  /** The step that each iteration begins with. */
  readonly head: number;
  /** The steps within, the head included. */
  readonly body: ReadonlySet<number>;
}

export interface Loops {
  /** Outer loops before the loops within them. */
  readonly loops: readonly Loop[];
  /** By switch, the heads that it leads back to. */
  readonly backTo: ReadonlyMap<number, readonly number[]>;
  readonly problems: readonly GraphProblem[];
}

/** Finds the loops: natural loops whose back edges belong to a switch and stay within all splits. */
export function findLoops(chart: Chart, splits: Splits, complete: boolean): Loops {
  const problems: GraphProblem[] = [];
  const tails = new Map<number, number[]>();
  const backTo = new Map<number, number[]>();
  for (const edge of chart.retreating) {
    const [from, head] = edge;
    // The start step has a rule of its own.
    if (head === chart.start) continue;
    const reason = whyNoLoop(chart, splits, edge);
    if (reason !== null) {
      problems.push(cycle(chart, edge, reason));
      continue;
    }
    tails.set(head, [...(tails.get(head) ?? []), from]);
    backTo.set(from, [...(backTo.get(from) ?? []), head]);
  }
  const previous = predecessors(chart.next, chart.order);
  const loops = chart.order
    .filter((head) => tails.has(head))
    .map((head) => ({ head, body: loopBody(head, tails.get(head) ?? [], previous) }));
  if (complete) problems.push(...loops.flatMap((loop) => endless(chart, loop)));
  return { loops, backTo, problems };
}

function whyNoLoop(chart: Chart, splits: Splits, [from, head]: Edge): string | null {
  const source = nameOf(chart, from);
  const target = nameOf(chart, head);
  if (chart.steps[from]?.transition?.kind !== "switch") {
    return `only a switch may lead back to an earlier step, and '${source}' is none`;
  }
  if (!dominates(chart.above, head, from)) return `it can be entered elsewhere than at '${target}'`;
  if (chart.steps[head]?.takes === "inputs")
    return `'${target}' is a join, which has inputs only when it is reached from its split`;
  const [inside, outside] = [splits.contexts[from], splits.contexts[head]];
  if (inside === undefined || outside === undefined || inside === outside) return null;
  return `'${source}' and '${target}' are not in the same branch of all splits around them`;
}

function cycle(chart: Chart, [from, head]: Edge, reason: string): GraphProblem {
  const step = nameOf(chart, from);
  const path = [...shortestPath(chart.forward, head, from), head].map((node) => nameOf(chart, node));
  return problem("GRAPH_CYCLE", step, { step, path, reason }, chart.steps[from]?.parsed.nextOffset);
}

/** The head and everything from which a tail can be reached without passing it. */
function loopBody(head: number, tails: readonly number[], previous: readonly (readonly number[])[]): Set<number> {
  const body = new Set([head, ...tails]);
  const pending = [...body].filter((node) => node !== head);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const from of previous[node] ?? []) {
      if (body.has(from)) continue;
      body.add(from);
      pending.push(from);
    }
  }
  return body;
}

function endless(chart: Chart, { head, body }: Loop): GraphProblem[] {
  for (const node of body) if (chart.next[node]?.some((target) => !body.has(target))) return [];
  const step = nameOf(chart, head);
  const steps = chart.order.filter((node) => body.has(node)).map((node) => nameOf(chart, node));
  return [problem("GRAPH_LOOP_ENDLESS", step, { step, steps })];
}
