import type { GangRef } from "../contracts/gang.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import { taskId } from "./addresses.js";

/** The step that starts the step's tasks with `numParallel`; null where they are no gang. */
export function gangSplitOf(graph: FlowGraph, step: string): StepNode | null {
  const [first] = graph.steps[step]?.previous ?? [];
  const split = first === undefined ? undefined : graph.steps[first];
  return split?.transition.kind === "parallel" ? split : null;
}

/** The task that started the task's gang; null where it is in none. */
export function gangStarterOf(graph: FlowGraph, { step, address }: TaskRef): TaskRef | null {
  const split = gangSplitOf(graph, step);
  return split === null ? null : { step: split.name, address: address.slice(0, -1) };
}

/** The gang of a task, which has that many of them. */
export function gangOf(graph: FlowGraph, runId: string, { step, address }: TaskRef, numNodes: number): GangRef {
  const outer = address.slice(0, -1);
  const tasks = Array.from({ length: numNodes }, (_, node) => taskId(graph, step, [...outer, node]));
  return { flow: graph.flow, runId, step, tasks };
}

/** The gangs that the tasks are; each of their tasks has to be there. */
export function gangsAmong(graph: FlowGraph, runId: string, tasks: readonly TaskRef[]): readonly GangRef[] {
  const groups = groupGangs(
    graph,
    tasks.filter(({ step }) => gangSplitOf(graph, step) !== null),
  );
  return groups.map((members) => gangOf(graph, runId, members[0], members.length));
}

/** Tasks in groups that start together: each gang is one group, every other task one of its own. In their order. */
export function groupGangs<T extends TaskRef>(
  graph: FlowGraph,
  tasks: readonly T[],
): readonly (readonly [T, ...T[]])[] {
  const groups: [T, ...T[]][] = [];
  const gangs = new Map<string, [T, ...T[]]>();
  for (const task of tasks) {
    const starter = gangStarterOf(graph, task);
    const key = starter === null ? null : `${task.step}/${starter.address.join()}`;
    const known = key === null ? undefined : gangs.get(key);
    if (known !== undefined) {
      known.push(task);
      continue;
    }
    const group: [T, ...T[]] = [task];
    groups.push(group);
    if (key !== null) gangs.set(key, group);
  }
  return groups;
}
