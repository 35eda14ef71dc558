import type { GangRef } from "../contracts/gang.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { taskId } from "../graph/addresses.js";
import { gangsAmong, groupGangs } from "../graph/gangs.js";
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

/** A result that fits. */
interface Found {
  readonly original: TaskRecord;
  readonly from: Origin;
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
  const find = async (candidate: Candidate): Promise<Found | null> => {
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
  const adopt = ({ original, from }: Found): TaskRecord => {
    const { step, task } = original;
    const source = sourceOf(original);
    taken.set(`${step}/${task}`, { from, source });
    return { ...original, runId, originPathspec: source };
  };
  const takeOver = async (candidate: Candidate): Promise<TaskRecord | null> => {
    const found = await find(candidate);
    if (found === null) return null;
    const record = adopt(found);
    await records.commitTask(record);
    return record;
  };
  /** All of the gang's results or none, and committed together here too. */
  const takeOverGang = async (
    gang: GangRef,
    candidates: readonly Candidate[],
  ): Promise<readonly TaskRecord[] | null> => {
    for (const origin of origins) await origin.complete(gang.step, gang.tasks);
    const found: Found[] = [];
    for (const candidate of candidates) {
      const one = await find(candidate);
      if (one === null || one.from !== (found[0] ?? one).from) return null;
      found.push(one);
    }
    const start = `from-${found[0]?.from.runId}`;
    const taken = found.map(adopt);
    for (const record of taken) await records.saveGangResult(gang, start, record);
    await records.commitGang(gang, start);
    return taken;
  };
  const takeGroup = async (tasks: readonly [ReadyTask, ...ReadyTask[]]): Promise<readonly (TaskRecord | null)[]> => {
    const candidates = tasks.flatMap((task) => candidateOf(task) ?? []);
    const nothing = tasks.map(() => null);
    if (candidates.length < tasks.length) return nothing;
    const [gang] = gangsAmong(graph, runId, tasks);
    if (gang !== undefined) return (await takeOverGang(gang, candidates)) ?? nothing;
    return Promise.all(candidates.map(takeOver));
  };
  return {
    async take(tasks) {
      const groups = groupGangs(graph, tasks);
      const found = new Map<ReadyTask, TaskRecord | null>();
      await mapBounded(groups, CONCURRENCY, async (group) => {
        const records = await takeGroup(group);
        for (const [k, task] of group.entries()) found.set(task, records[k] ?? null);
      });
      const done = tasks.map((task) => found.get(task) ?? null);
      report(done, observer);
      return done;
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
