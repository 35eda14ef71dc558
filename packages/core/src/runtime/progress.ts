import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { successorAddress, taskId } from "../graph/addresses.js";
import { entryTasks, isInside, type Region, stepOf } from "./region.js";

/** A task that may start, with the tasks whose artifacts it gets, in order. */
export interface ReadyTask extends TaskRef {
  /** Undefined: to be found in the datastore, because they ended outside of this region. */
  readonly inputs: readonly TaskRef[] | undefined;
}

/** A join that waits for its branches or items. */
interface OpenJoin {
  readonly ref: TaskRef;
  readonly expected: number;
  readonly arrived: (TaskRef | undefined)[];
  count: number;
}

/** How far a region has come. Changed only by the functions of this file; no I/O, no clock, no chance. */
export interface Progress {
  readonly graph: FlowGraph;
  readonly region: Region;
  readonly joins: Map<string, OpenJoin>;
  /** Branch numbers of the steps before each static join, computed once. */
  readonly branches: Map<string, ReadonlyMap<string, number>>;
}

/** What the end of a task makes possible. */
export interface Advance {
  readonly ready: readonly ReadyTask[];
  /** Where the region was left. */
  readonly exits: readonly TaskRef[];
}

export function createProgress(graph: FlowGraph, region: Region): Progress {
  return { graph, region, joins: new Map(), branches: new Map() };
}

/** What may start before anything ended. */
export function firstTasks(progress: Progress): readonly ReadyTask[] {
  const { graph, region } = progress;
  return entryTasks(graph, region).map((ref) => ({ ...ref, inputs: ref.step === graph.start ? [] : undefined }));
}

/**
 * Takes note that a task ended well and says what may start now.
 *
 * @throws LOOP_LIMIT_REACHED where a switch leads back more often than it says.
 */
export function advance(progress: Progress, { step, address }: TaskRef, taken: TakenTransition): Advance {
  const { graph } = progress;
  // Only what names it: with its own inputs, a task would drag along all tasks that ever led to it.
  const ended: TaskRef = { step, address };
  const node = stepOf(graph, step);
  if (taken.kind === "end") return { ready: [], exits: [] };
  if (taken.kind === "foreach" || taken.kind === "parallel") {
    openJoin(progress, node, ended, taken.splits);
    return sort(progress, fanOut(graph, ended, taken.target, taken.splits), ended);
  }
  if (taken.kind === "split") {
    openJoin(progress, node, ended, taken.targets.length);
    return sort(
      progress,
      taken.targets.map((target) => successor(graph, ended, target)),
      ended,
    );
  }
  const target = successor(graph, ended, taken.target);
  checkIterations(node, target);
  if (!stepOf(graph, target.step).isJoin) return sort(progress, [target], ended);
  return arrive(progress, target, ended);
}

/** The most iterations that a switch allows its loop; a task beyond them must not start. */
function checkIterations(node: StepNode, target: TaskRef): void {
  const { transition } = node;
  if (transition.kind !== "switch" || transition.maxIterations === null || !node.backTo.includes(target.step)) return;
  const iteration = target.address.at(-1) ?? 0;
  if (iteration >= transition.maxIterations) {
    throw errors.LOOP_LIMIT_REACHED(
      { step: node.name, head: target.step, limit: transition.maxIterations },
      { where: { step: node.name, source: node.source ?? undefined } },
    );
  }
}

function successor(graph: FlowGraph, from: TaskRef, step: string, index?: number): TaskRef {
  return { step, address: successorAddress(graph, from, step, index) };
}

function fanOut(graph: FlowGraph, split: TaskRef, target: string, count: number): readonly TaskRef[] {
  return Array.from({ length: count }, (_, index) => successor(graph, split, target, index));
}

/** Parts the successors of one task into those of this region and the others. */
function sort(progress: Progress, targets: readonly TaskRef[], from: TaskRef): Advance {
  const ready: ReadyTask[] = [];
  const exits: TaskRef[] = [];
  for (const task of targets) {
    if (isInside(progress.region, task)) ready.push({ ...task, inputs: [from] });
    else exits.push(task);
  }
  return { ready, exits };
}

function openJoin(progress: Progress, split: StepNode, ended: TaskRef, expected: number): void {
  const step = split.matchingJoin;
  if (step === null) return;
  const ref: TaskRef = { step, address: ended.address };
  if (!isInside(progress.region, ref)) return;
  progress.joins.set(keyOf(progress.graph, ref), { ref, expected, arrived: new Array(expected), count: 0 });
}

/** A task reached a join: the join may start with the last of them. */
function arrive(progress: Progress, join: TaskRef, from: TaskRef): Advance {
  const { graph, region, joins } = progress;
  if (!isInside(region, join) || join.step === region.entry) return { ready: [], exits: [join] };
  const key = keyOf(graph, join);
  const open = joins.get(key);
  if (open === undefined) throw new Error(`The join ${key} was reached before its split ended.`);
  const place = placeAtJoin(progress, join, from);
  if (open.arrived[place] === undefined) open.count += 1;
  open.arrived[place] = from;
  if (open.count < open.expected) return { ready: [], exits: [] };
  joins.delete(key);
  return { ready: [{ ...join, inputs: open.arrived as readonly TaskRef[] }], exits: [] };
}

/** Which of the join's inputs a task is: its foreach index, or the number of its branch. */
function placeAtJoin(progress: Progress, join: TaskRef, from: TaskRef): number {
  const { graph, branches } = progress;
  const split = stepOf(graph, stepOf(graph, join.step).split ?? "");
  if (split.transition.kind !== "split") return from.address[join.address.length] ?? 0;
  let numbers = branches.get(join.step);
  if (numbers === undefined) {
    numbers = branchNumbers(graph, split, join.step);
    branches.set(join.step, numbers);
  }
  return numbers.get(from.step) ?? 0;
}

/** For every step between a static split and its join: which branch it belongs to. */
export function branchNumbers(graph: FlowGraph, split: StepNode, join: string): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  const targets = split.transition.kind === "split" ? split.transition.targets : [];
  for (const [branch, target] of targets.entries()) {
    const pending = [target];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      if (name === join || numbers.has(name)) continue;
      numbers.set(name, branch);
      pending.push(...stepOf(graph, name).next);
    }
  }
  return numbers;
}

function keyOf(graph: FlowGraph, ref: { step: string; address: TaskAddress }): string {
  return `${ref.step}/${taskId(graph, ref.step, ref.address)}`;
}
