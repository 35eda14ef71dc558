import type { ScopeFrame } from "../contracts/graph.js";
import { type Chart, nameOf } from "./chart.js";
import type { Loop } from "./loops.js";
import type { OpenSplit, Splits } from "./splits.js";

/**
 * The frames around each step, outermost first. A loop stays within the branch that its head is in, so the loops whose
 * heads have n splits around them come between the n-th of these splits and the next one.
 */
export function scopesOf(chart: Chart, splits: Splits, loops: readonly Loop[]): Map<number, readonly ScopeFrame[]> {
  const around = new Map<number, Loop[]>(chart.order.map((node) => [node, []]));
  for (const loop of loops) for (const node of loop.body) around.get(node)?.push(loop);
  return new Map(chart.order.map((node) => [node, scopeOf(node)]));

  function scopeOf(node: number): readonly ScopeFrame[] {
    const frames: ScopeFrame[] = [];
    const own = around.get(node) ?? [];
    const opened = openSplits(splits.contexts[node] ?? null);
    for (const [depth, open] of [null, ...opened].entries()) {
      if (open?.foreach) frames.push({ kind: "foreach", step: nameOf(chart, open.split) });
      for (const { head } of own) {
        if ((splits.contexts[head]?.depth ?? 0) === depth) frames.push({ kind: "loop", step: nameOf(chart, head) });
      }
    }
    return frames;
  }
}

function openSplits(innermost: OpenSplit | null): OpenSplit[] {
  const open: OpenSplit[] = [];
  for (let split = innermost; split; split = split.outer) open.push(split);
  return open.reverse();
}
