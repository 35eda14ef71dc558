import type { DeployRegion } from "../contracts/deployer.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";

/**
 * The parts of a flow that follow one another, as small as they can be without a part for each item or iteration: every
 * way through the flow leads through their entries. A split is one part with all up to its join, a loop with all its rounds.
 */
export function deployRegions({ structure, steps }: FlowGraph): readonly DeployRegion[] {
  const entries = structure.filter((each) => typeof each === "string").filter((name) => isEntry(steps[name]));
  return entries.map((entry, i) => ({ entry, until: entries[i + 1] ?? null }));
}

/** Outside of every foreach and loop, or the head of a loop, which stands for all of it. */
function isEntry(node: StepNode | undefined): boolean {
  const [frame, inner] = node?.scope ?? [];
  return frame === undefined || (inner === undefined && frame.kind === "loop" && frame.step === node?.name);
}
