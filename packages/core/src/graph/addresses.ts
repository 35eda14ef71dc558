import type { FlowGraph, ScopeFrame, StepNode } from "../contracts/graph.js";
import type { TaskAddress, TaskRef } from "../contracts/pathspec.js";

const NO_ADDRESS = "0";

/**
 * The address of the task that follows `from` when it leads to `target`. What both steps are in stays as it is; leading
 * back begins the loop's next iteration; a loop that is entered begins with iteration 0; a foreach that begins takes
 * `foreachIndex`.
 */
export function successorAddress(graph: FlowGraph, from: TaskRef, target: string, foreachIndex?: number): TaskAddress {
  const source = stepOf(graph, from.step);
  const goal = stepOf(graph, target).scope;
  if (source.backTo.includes(target)) {
    // The loop that a head begins is the innermost one around it.
    const depth = goal.length - 1;
    return [...from.address.slice(0, depth), (from.address[depth] ?? 0) + 1];
  }
  const shared = commonPrefix(source.scope, goal);
  const added = goal.slice(shared).map((frame) => {
    if (frame.kind === "loop") return 0;
    if (frame.step === from.step && foreachIndex !== undefined) return foreachIndex;
    throw new TypeError(`Step '${target}' is in the foreach of '${frame.step}'; '${from.step}' gives it no index.`);
  });
  return [...from.address.slice(0, shared), ...added];
}

/** How many frames two scopes share, from the outermost on. */
export function commonPrefix(one: readonly ScopeFrame[], other: readonly ScopeFrame[]): number {
  const differs = one.findIndex(({ kind, step }, index) => other[index]?.kind !== kind || other[index]?.step !== step);
  return differs === -1 ? one.length : differs;
}

/** The id of a task within its step: `0`, or a part for each number of the address: `i3-r0`, the third item's first iteration. */
export function taskId(graph: FlowGraph, step: string, address: TaskAddress): string {
  const { scope } = stepOf(graph, step);
  if (scope.length !== address.length) {
    throw new TypeError(`An address of step '${step}' has ${scope.length} numbers, not ${address.length}.`);
  }
  if (scope.length === 0) return NO_ADDRESS;
  return scope.map((frame, index) => `${letterOf(frame)}${address[index]}`).join("-");
}

/** The address that an id of the step's tasks stands for; null when it is no such id. */
export function parseTaskId(graph: FlowGraph, step: string, id: string): TaskAddress | null {
  const { scope } = stepOf(graph, step);
  if (scope.length === 0) return id === NO_ADDRESS ? [] : null;
  const parts = id.split("-");
  if (parts.length !== scope.length) return null;
  const address = scope.map((frame, index) => {
    const part = parts[index] ?? "";
    const number = Number(part.slice(1));
    // Only what `taskId` writes: one id for each task.
    return part === `${letterOf(frame)}${number}` && Number.isSafeInteger(number) && number >= 0 ? number : null;
  });
  return address.every((number) => number !== null) ? address : null;
}

function letterOf({ kind }: ScopeFrame): string {
  return kind === "foreach" ? "i" : "r";
}

function stepOf(graph: FlowGraph, name: string): StepNode {
  const step = Object.hasOwn(graph.steps, name) ? graph.steps[name] : undefined;
  if (step === undefined) throw new TypeError(`Flow '${graph.flow}' has no step '${name}'.`);
  return step;
}
