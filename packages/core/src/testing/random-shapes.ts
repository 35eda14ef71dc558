import type { FlowShape, Shape } from "./flow-shapes.js";
import { flowSource } from "./flow-source.js";
import { planFlow } from "./planned-flow.js";
import { type Pick, seededPick } from "./seeded-pick.js";

/** A flow of some shape, as the file that a user would have written. */
export interface SampleFlow {
  readonly shape: FlowShape;
  readonly source: string;
  readonly steps: number;
}

const KINDS = ["branch", "foreach", "parallel", "switch", "loop"] as const;
const DEEPEST = 3;
const MOST_TRIES = 10_000;

/**
 * Some flows that have every kind of split, join, gang and loop between them, the same for the same seed: each adds a
 * kind that the others lack, until there is none; the rest is as it comes.
 */
export function sampleFlows(count: number, size: { readonly from: number; readonly to: number }, seed: number) {
  const pick = seededPick(seed);
  const missing = new Set<string>(KINDS);
  const found: SampleFlow[] = [];
  for (let tries = 0; tries < MOST_TRIES && found.length < count; tries += 1) {
    const flow = sampleFlow(pick);
    const brings = kindsOf(flow.shape.shape).filter((kind) => missing.has(kind));
    if (flow.steps < size.from || flow.steps > size.to || (missing.size > 0 && brings.length === 0)) continue;
    for (const kind of brings) missing.delete(kind);
    found.push(flow);
  }
  return found;
}

/** The kinds of shapes in a shape. */
export function kindsOf(shape: Shape): readonly string[] {
  return [...new Set(JSON.stringify(shape).match(/(?<="kind":")\w+/g) ?? [])];
}

function sampleFlow(pick: Pick): SampleFlow {
  const shape: FlowShape = { shape: randomShape(pick, 0), mergedStart: pick(2) === 0, mergedJoins: pick(2) === 0 };
  const steps = planFlow(shape);
  return { shape, source: flowSource(steps), steps: steps.length };
}

function randomShape(pick: Pick, depth: number): Shape {
  const inner = (): Shape => randomShape(pick, depth + 1);
  const maybe = (): Shape | null => (pick(3) === 0 ? null : inner());
  const some = <T>(from: number, make: () => T): readonly T[] => Array.from({ length: from + pick(2) }, make);
  const flip = (): boolean => pick(2) === 0;
  switch (depth < DEEPEST ? pick(7) : 0) {
    case 1:
      return { kind: "sequence", parts: some(2, inner) };
    case 2:
      return { kind: "branch", branches: some(2, inner) };
    case 3:
      return { kind: "foreach", items: 1 + pick(3), takesItem: flip(), body: inner() };
    case 4:
      return { kind: "parallel", nodes: 2 + pick(2), takesItem: flip() };
    case 5:
      return { kind: "switch", cases: some(2, maybe), fallback: flip() };
    case 6:
      return { kind: "loop", times: 1 + pick(3), body: maybe() };
    default:
      return { kind: "step" };
  }
}
