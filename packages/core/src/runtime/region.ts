import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import { errors } from "../errors/codes.js";

/**
 * A part of a run that one process executes: some steps with one entry, at one address.
 *
 * The address counts the foreaches and loops around the region. What the address does not name lies within it: a
 * region whose entry is a loop's head runs the whole loop when the address leaves the iteration out, and a single
 * iteration when it is given. `items` stands for one more foreach frame: a batch of its items.
 */
export interface Region {
  readonly steps: ReadonlySet<string>;
  readonly entry: string;
  readonly address: TaskAddress;
  /** From the first to before the last. */
  readonly items: { readonly from: number; readonly to: number } | null;
}

/** The region that a local run is. */
export function wholeFlow(graph: FlowGraph): Region {
  return { steps: new Set(Object.keys(graph.steps)), entry: graph.start, address: [], items: null };
}

/** The steps from `entry` to before `until`; to the end of the flow, or of the foreach body, where it is null. */
export function stepsUntil(graph: FlowGraph, entry: string, until: string | null, depth: number): ReadonlySet<string> {
  const steps = new Set<string>();
  const pending = [entry];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = graph.steps[name];
    if (node === undefined || name === until || steps.has(name) || node.scope.length < depth) continue;
    steps.add(name);
    pending.push(...node.next);
  }
  return steps;
}

/**
 * The tasks that a region begins with.
 *
 * @throws REGION_INVALID where the address does not fit the entry.
 */
export function entryTasks(graph: FlowGraph, region: Region): readonly TaskRef[] {
  const node = stepOf(graph, region.entry);
  const depth = region.address.length + (region.items === null ? 0 : 1);
  const inner = node.scope.slice(depth);
  const skipped = inner.find((frame) => frame.kind === "foreach");
  if (depth > node.scope.length || skipped !== undefined) {
    throw errors.REGION_INVALID({
      entry: region.entry,
      reason: `its address must name ${node.scope.length - inner.filter((frame) => frame.kind === "loop").length} to ${node.scope.length} frames, not ${depth}`,
    });
  }
  const zeros = inner.map(() => 0);
  if (region.items === null) return [{ step: region.entry, address: [...region.address, ...zeros] }];
  if (node.scope[depth - 1]?.kind !== "foreach") {
    throw errors.REGION_INVALID({ entry: region.entry, reason: "items were given, but the entry is no foreach body" });
  }
  const { from, to } = region.items;
  return Array.from({ length: to - from }, (_, k) => ({
    step: region.entry,
    address: [...region.address, from + k, ...zeros],
  }));
}

/** Whether the task belongs to the region. */
export function isInside(region: Region, task: TaskRef): boolean {
  if (!region.steps.has(task.step)) return false;
  if (!region.address.every((part, k) => task.address[k] === part)) return false;
  if (region.items === null) return true;
  const item = task.address[region.address.length];
  return item !== undefined && item >= region.items.from && item < region.items.to;
}

/**
 * Refuses what is no region: an edge that enters elsewhere than at the entry, a join apart from its split, more
 * than one way out (a single step may have several: they are one transition).
 *
 * @throws REGION_INVALID
 */
export function checkRegion(graph: FlowGraph, region: Region): void {
  const refuse = (reason: string): never => {
    throw errors.REGION_INVALID({ entry: region.entry, reason });
  };
  if (!region.steps.has(region.entry)) refuse("its steps do not include the entry");
  const exits = new Set<string>();
  for (const name of region.steps) {
    const node = stepOf(graph, name);
    if (node.scope.length < region.address.length) refuse(`step '${name}' lies outside of its address`);
    const stranger = name === region.entry ? undefined : node.previous.find((from) => !region.steps.has(from));
    if (stranger !== undefined) refuse(`step '${stranger}' outside of it leads to '${name}' within it`);
    if (node.isJoin && name !== region.entry && !region.steps.has(node.split ?? "")) {
      refuse(`join '${name}' is in it without its split '${node.split ?? "?"}'`);
    }
    for (const target of node.next) if (!region.steps.has(target)) exits.add(target);
  }
  if (region.steps.size > 1 && exits.size > 1) refuse(`it has several ways out: ${[...exits].join(", ")}`);
  entryTasks(graph, region);
}

/** The node of a step that must exist. */
export function stepOf(graph: FlowGraph, name: string): StepNode {
  const node = graph.steps[name];
  if (node === undefined) throw errors.STEP_NOT_FOUND({ step: name, flow: graph.flow });
  return node;
}
