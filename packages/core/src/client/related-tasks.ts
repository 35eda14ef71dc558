import type { FlowGraph } from "../contracts/graph.js";
import type { TakenTransition } from "../contracts/transition.js";
import { parseTaskId, successorAddress, taskId } from "../graph/addresses.js";
import { parseKeyText, type TaskKey, type TaskState } from "./task-states.js";

/** The tasks whose artifacts a task got, in order. Empty for the first step, and where nothing is recorded yet. */
export function parentKeys(state: TaskState): readonly TaskKey[] {
  return (state.record?.inputs ?? []).map(parseKeyText);
}

/** The tasks that a task led to, in the order of branches or items; computed from its address, so none is searched. */
export function childKeys(graph: FlowGraph, state: TaskState): readonly TaskKey[] {
  const taken = state.record?.transition;
  if (taken === null || taken === undefined) return [];
  const address = parseTaskId(graph, state.step, state.task);
  if (address === null) return [];
  const from = { step: state.step, address };
  return targetsOf(taken).map(({ step, index }) => {
    return { step, task: taskId(graph, step, successorAddress(graph, from, step, index)) };
  });
}

function targetsOf(taken: TakenTransition): readonly { readonly step: string; readonly index?: number }[] {
  switch (taken.kind) {
    case "end":
      return [];
    case "split":
      return taken.targets.map((step) => ({ step }));
    case "foreach":
    case "parallel":
      return Array.from({ length: taken.splits }, (_, index) => ({ step: taken.target, index }));
    default:
      return [{ step: taken.target }];
  }
}
