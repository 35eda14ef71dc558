import type { FlowGraph, ScopeFrame, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import { errors } from "../errors/codes.js";
import { gangSplitOf } from "../graph/gangs.js";

/**
 * A part of a run that one process executes: some steps with one entry, at one address.
 *
 * The address counts the foreaches and loops around the region. A region whose entry is a loop's head runs the whole
 * loop when the address leaves the iteration out, and a single iteration when it is given. `items` stands for one more
 * foreach frame: a batch of its items.
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

/**
 * The steps from `entry` to before `until`; where that is null, to the end of the flow, or of what the first `depth`
 * frames of an address name: a foreach's body, a loop.
 */
export function stepsUntil(graph: FlowGraph, entry: string, until: string | null, depth: number): ReadonlySet<string> {
  const { scope } = stepOf(graph, entry);
  const steps = new Set<string>();
  const pending = [entry];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = stepOf(graph, name);
    if (name === until || steps.has(name) || !sharesFrames(node.scope, scope, depth)) continue;
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
export function entryTasks(graph: FlowGraph, { entry, address, items }: Region): readonly TaskRef[] {
  const { scope } = stepOf(graph, entry);
  const depth = address.length + (items === null ? 0 : 1);
  const omitted = scope.slice(depth);
  // Whoever begins a loop may run all of it; anything else needs to be told which iteration it is for.
  const isWholeLoop = omitted.length === 1 && omitted[0]?.kind === "loop" && omitted[0].step === entry;
  if (depth > scope.length || (omitted.length > 0 && !isWholeLoop)) {
    const frames = scope.map(({ kind, step }) => (kind === "loop" ? `iteration of ${step}` : `item of ${step}`));
    const expected = frames.length === 0 ? "nothing" : frames.join(", ");
    throw errors.REGION_INVALID({ entry, reason: `its address must name ${expected}: ${scope.length}, not ${depth}` });
  }
  const zeros = omitted.map(() => 0);
  if (items === null) return [{ step: entry, address: [...address, ...zeros] }];
  if (scope[address.length]?.kind !== "foreach") {
    throw errors.REGION_INVALID({ entry, reason: "items were given, but the entry is in no foreach there" });
  }
  return Array.from({ length: items.to - items.from }, (_, k) => ({
    step: entry,
    address: [...address, items.from + k, ...zeros],
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
 * Refuses what is no region: an edge that enters elsewhere than at the entry, a join apart from its split, a loop
 * without its way back, more than one way out (a single step may have several: they are one transition).
 *
 * @throws REGION_INVALID
 */
export function checkRegion(graph: FlowGraph, region: Region): void {
  const { steps, entry, items } = region;
  const refuse = (reason: string): never => {
    throw errors.REGION_INVALID({ entry, reason });
  };
  if (!steps.has(entry)) refuse("its steps do not include the entry");
  entryTasks(graph, region);
  const { scope, previous } = stepOf(graph, entry);
  const depth = region.address.length + (items === null ? 0 : 1);
  if (gangSplitOf(graph, entry) !== null && items === null) {
    refuse(`the tasks of '${entry}' run as one gang: name all of them as items`);
  }
  const exits = new Set<string>();
  for (const name of steps) {
    const node = stepOf(graph, name);
    if (!sharesFrames(node.scope, scope, depth)) refuse(`step '${name}' lies outside of its address`);
    if (name !== entry) checkInside(graph, region, node, refuse);
    for (const target of node.next) if (!steps.has(target)) exits.add(target);
  }
  const wayBack = previous.find((name) => !steps.has(name) && stepOf(graph, name).backTo.includes(entry));
  if (depth < scope.length && wayBack !== undefined) {
    refuse(`its address names no iteration, and '${wayBack}', which leads back to the entry, is not in it`);
  }
  if (steps.size > 1 && exits.size > 1) refuse(`it has several ways out: ${[...exits].join(", ")}`);
}

function checkInside(graph: FlowGraph, { steps }: Region, node: StepNode, refuse: (reason: string) => never): void {
  const { name, previous, isJoin, split } = node;
  if (name === graph.start) refuse(`the flow's start '${name}' can only be its entry`);
  const stranger = previous.find((from) => !steps.has(from));
  if (stranger !== undefined) refuse(`step '${stranger}' outside of it leads to '${name}' within it`);
  if (isJoin && !steps.has(split ?? "")) refuse(`join '${name}' is in it without its split '${split ?? "?"}'`);
}

/** Whether two steps lie in the same foreaches and loops, as far as the first `depth` frames tell. */
function sharesFrames(one: readonly ScopeFrame[], other: readonly ScopeFrame[], depth: number): boolean {
  const leading = other.slice(0, depth);
  return leading.every(({ kind, step }, k) => one[k]?.kind === kind && one[k].step === step);
}

/** The node of a step that must exist. */
export function stepOf(graph: FlowGraph, name: string): StepNode {
  const node = graph.steps[name];
  if (node === undefined) throw errors.STEP_NOT_FOUND({ step: name, flow: graph.flow });
  return node;
}
