import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import type { RunObserver } from "../contracts/run-events.js";
import type { TakenTransition } from "../contracts/transition.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { taskId } from "../graph/addresses.js";
import type { FinishedTasks } from "./finished-tasks.js";

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
  const take = async (original: TaskRecord | null): Promise<TaskRecord | null> => {
    if (original === null || !stillFits(graph, original)) return null;
    const pathspec = `${flow}/${originRunId}/${original.step}/${original.task}`;
    const record = { ...original, runId, originPathspec: original.originPathspec ?? pathspec };
    await records.commitTask(record);
    taken.add(`${original.step}/${original.task}`);
    return record;
  };
  return {
    async take(tasks) {
      const candidates = tasks.map((task) => {
        const id = taskId(graph, task.step, task.address);
        const inherits = task.inputs?.every((input) => taken.has(nameOf(input))) === true;
        return inherits && available.get(task.step)?.has(id) === true ? { step: task.step, task: id } : null;
      });
      const wanted = candidates.filter((each) => each !== null);
      const originals = await records.readTasks(flow, originRunId, wanted);
      const done = await mapBounded(originals, CONCURRENCY, take);
      report(done, observer);
      const byName = new Map(wanted.map(({ step, task }, k) => [`${step}/${task}`, done[k] ?? null]));
      return candidates.map((each) => (each === null ? null : (byName.get(`${each.step}/${each.task}`) ?? null)));
    },
    nextAttempt: () => 0,
  };
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

/** The code may have changed since: what the task chose must still be a choice. */
function stillFits(graph: FlowGraph, { step, transition }: TaskRecord): boolean {
  const node = graph.steps[step];
  if (node === undefined || transition === null || node.transition.kind !== transition.kind) return false;
  return targetsOf(transition).every((target) => node.next.includes(target));
}

function targetsOf(taken: TakenTransition): readonly string[] {
  if (taken.kind === "end") return [];
  return taken.kind === "split" ? taken.targets : [taken.target];
}

function report(records: readonly (TaskRecord | null)[], observer: RunObserver): void {
  const counts = new Map<string, number>();
  for (const record of records) if (record !== null) counts.set(record.step, (counts.get(record.step) ?? 0) + 1);
  for (const [step, count] of counts) observer({ type: "tasks.carriedOver", at: Date.now(), step, count });
}
