import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { taskId } from "../graph/addresses.js";
import type { FinishedTasks } from "./finished-tasks.js";
import type { ReadyTask } from "./progress.js";

/** Records that are taken over at the same time. */
const CONCURRENCY = 32;

export interface CarryOver {
  readonly records: RecordStore;
  readonly graph: FlowGraph;
  readonly originRunId: string;
  readonly runId: string;
  /** Steps that run again whatever their origin says. */
  readonly rerun: ReadonlySet<string>;
  readonly observer: RunObserver;
}

/**
 * Takes over what the origin finished, by reference: a task is taken over when its record is there, its inputs were
 * taken over too, and what it chose still exists in the flow.
 */
export async function carryOver({
  records,
  graph,
  originRunId,
  runId,
  rerun,
  observer,
}: CarryOver): Promise<FinishedTasks> {
  const { flow } = graph;
  const available = new Map<string, ReadonlySet<string>>();
  for (const step of await records.listSteps(flow, originRunId)) {
    if (graph.steps[step] === undefined || rerun.has(step)) continue;
    available.set(step, new Set(await records.listTasks(flow, originRunId, step)));
  }
  const taken = new Set<string>();
  const nameOf = (task: TaskRef): string => `${task.step}/${taskId(graph, task.step, task.address)}`;
  const candidateOf = (task: ReadyTask): Candidate | null => {
    const id = taskId(graph, task.step, task.address);
    if (task.inputs === undefined || available.get(task.step)?.has(id) !== true) return null;
    const inputs = task.inputs.map(nameOf);
    return inputs.every((input) => taken.has(input)) ? { step: task.step, task: id, inputs } : null;
  };
  const takeOver = async (candidate: Candidate): Promise<TaskRecord | null> => {
    const { step, task } = candidate;
    const original = await records.readTask(flow, originRunId, step, task);
    if (original === null || !stillFits(graph, original, candidate)) return null;
    const originPathspec = original.originPathspec ?? `${flow}/${originRunId}/${step}/${task}`;
    const record = { ...original, runId, originPathspec };
    await records.commitTask(record);
    taken.add(`${step}/${task}`);
    return record;
  };
  return {
    async take(tasks) {
      const candidates = tasks.map(candidateOf);
      const wanted = candidates.filter((each) => each !== null);
      const done = await mapBounded(wanted, CONCURRENCY, takeOver);
      report(done, observer);
      let at = 0;
      return candidates.map((each) => (each === null ? null : (done[at++] ?? null)));
    },
    nextAttempt: () => 0,
  };
}

/** A task of the origin whose inputs were taken over. */
interface Candidate {
  readonly step: string;
  readonly task: string;
  readonly inputs: readonly string[];
}

/** The step, and every step that can be reached from it. */
export function stepsFrom(graph: FlowGraph, first: string): ReadonlySet<string> {
  const found = new Set<string>();
  const pending = [first];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    pending.push(...(graph.steps[name]?.next ?? []));
  }
  return found;
}

/** The code may have changed since: what led to the task must be what it came from, and what it chose still a choice. */
function stillFits(graph: FlowGraph, { step, transition, inputs }: TaskRecord, candidate: Candidate): boolean {
  const node = graph.steps[step];
  if (node === undefined || transition === null || node.transition.kind !== transition.kind) return false;
  // The same branches in another order are other inputs to a join.
  if (inputs.length !== candidate.inputs.length || !inputs.every((each, k) => each === candidate.inputs[k]))
    return false;
  if (transition.kind === "end") return true;
  if (transition.kind !== "split") return node.next.includes(transition.target);
  // A branch that was added has to run too.
  return transition.targets.length === node.next.length && transition.targets.every((each) => node.next.includes(each));
}

function report(records: readonly (TaskRecord | null)[], observer: RunObserver): void {
  const counts = new Map<string, number>();
  for (const record of records) if (record !== null) counts.set(record.step, (counts.get(record.step) ?? 0) + 1);
  for (const [step, count] of counts) observer({ type: "tasks.carriedOver", at: Date.now(), step, count });
}
