import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { taskId } from "../graph/addresses.js";
import type { FinishedTasks } from "./finished-tasks.js";
import { type Origin, sourceOf } from "./origins.js";
import type { ReadyTask } from "./progress.js";

/** Records that are taken over at the same time. */
const CONCURRENCY = 32;

export interface CarryOver {
  readonly records: RecordStore;
  readonly graph: FlowGraph;
  /** Where results may come from, the nearest first. */
  readonly origins: readonly Origin[];
  readonly runId: string;
  readonly observer: RunObserver;
}

/** A task whose inputs were taken over. */
interface Candidate {
  readonly step: string;
  readonly task: string;
  readonly inputs: readonly string[];
}

/** Where a result of this run came from. */
interface Taken {
  readonly from: Origin;
  readonly source: string;
}

/**
 * Takes over what earlier runs finished, by reference: a task is taken over when its record is there, it came from the
 * same results as it would now, and what it chose still exists in the flow.
 */
export function carryOver({ records, graph, origins, runId, observer }: CarryOver): FinishedTasks {
  const taken = new Map<string, Taken>();
  const nameOf = (task: TaskRef): string => `${task.step}/${taskId(graph, task.step, task.address)}`;
  const candidateOf = (task: ReadyTask): Candidate | null => {
    const inputs = task.inputs?.map(nameOf);
    if (inputs?.every((input) => taken.has(input)) !== true) return null;
    return { step: task.step, task: taskId(graph, task.step, task.address), inputs };
  };
  const isFromSame = async (origin: Origin, input: string): Promise<boolean> => {
    const now = taken.get(input);
    return now !== undefined && (now.from === origin || now.source === (await origin.resultOf(input)));
  };
  const find = async (candidate: Candidate): Promise<{ original: TaskRecord; from: Origin } | null> => {
    const { step, task, inputs } = candidate;
    for (const from of origins) {
      if (!(await from.has(step, task))) continue;
      const original = await from.read(step, task);
      if (original === null || !stillFits(graph, original, candidate)) continue;
      let same = true;
      for (const input of inputs) same &&= await isFromSame(from, input);
      if (same) return { original, from };
    }
    return null;
  };
  const takeOver = async (candidate: Candidate): Promise<TaskRecord | null> => {
    const found = await find(candidate);
    if (found === null) return null;
    const source = sourceOf(found.original);
    const record = { ...found.original, runId, originPathspec: source };
    await records.commitTask(record);
    taken.set(`${candidate.step}/${candidate.task}`, { from: found.from, source });
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
