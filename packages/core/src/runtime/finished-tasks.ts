import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { FailedAttemptRef, RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { taskId } from "../graph/addresses.js";
import { gangsAmong } from "../graph/gangs.js";
import type { ReadyTask } from "./progress.js";
import { type Region, stepOf } from "./region.js";

/** Tasks that need not run again. */
export interface FinishedTasks {
  /** The records of those among the tasks that need not run, and null for the others, in order. Of a gang all or none. */
  take(tasks: readonly ReadyTask[]): Promise<readonly (TaskRecord | null)[]>;
  /** The number of a task's next attempt. */
  nextAttempt(task: TaskRef): number;
}

/** A run that begins: there is nothing to be found. */
export const nothingFinished: FinishedTasks = {
  take: async (tasks) => tasks.map(() => null),
  nextAttempt: () => 0,
};

/**
 * What an earlier process committed of the same region, before it ended or was ended. Records are read when their turn
 * comes; a listing for each step with tasks of unknown number spares the attempts to read what is not there.
 */
export async function committedBefore(
  records: RecordStore,
  graph: FlowGraph,
  runId: string,
  region: Region,
): Promise<FinishedTasks> {
  const { flow } = graph;
  const committed = new Map<string, Set<string>>();
  for (const step of region.steps) {
    committed.set(step, new Set(await tasksToLookAt(records, runId, graph, region, step)));
  }
  const failures = await countFailures(records, flow, runId);
  /** A gang that is committed may lack some of its records still. */
  const completeGangs = async (tasks: readonly ReadyTask[]): Promise<void> => {
    for (const gang of gangsAmong(graph, runId, tasks)) {
      if (!(await records.completeGang(gang))) continue;
      for (const task of gang.tasks) committed.get(gang.step)?.add(task);
    }
  };
  return {
    async take(tasks) {
      await completeGangs(tasks);
      const ids = tasks.map((task) => taskId(graph, task.step, task.address));
      const known = tasks.flatMap(({ step }, k) => {
        const task = ids[k] ?? "";
        return committed.get(step)?.has(task) === true ? [{ step, task }] : [];
      });
      const read = await records.readTasks(flow, runId, known);
      const byKey = new Map(known.map(({ step, task }, k) => [`${step}/${task}`, read[k] ?? null]));
      return tasks.map(({ step }, k) => byKey.get(`${step}/${ids[k]}`) ?? null);
    },
    nextAttempt: (task) => failures.get(`${task.step}/${taskId(graph, task.step, task.address)}`) ?? 0,
  };
}

/** The step's tasks within the region: those that the region's name tells, or else those that are there. */
async function tasksToLookAt(
  records: RecordStore,
  runId: string,
  graph: FlowGraph,
  { address, items }: Region,
  step: string,
): Promise<readonly string[]> {
  const { scope } = stepOf(graph, step);
  const inner = scope.length - address.length;
  if (inner === 0) return [taskId(graph, step, address)];
  if (inner === 1 && items !== null) {
    return Array.from({ length: items.to - items.from }, (_, k) => taskId(graph, step, [...address, items.from + k]));
  }
  const first = taskId(graph, step, [...address, ...new Array<number>(inner).fill(0)]).split("-");
  const prefix = first.slice(0, address.length).map((part) => `${part}-`);
  return records.listTasks(graph.flow, runId, step, prefix.join(""));
}

async function countFailures(records: RecordStore, flow: string, runId: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for await (const { step, task, attempt } of failedAttempts(records, flow, runId)) {
    const key = `${step}/${task}`;
    counts.set(key, Math.max(counts.get(key) ?? 0, attempt + 1));
  }
  return counts;
}

/** All failed attempts of a run. */
export async function* failedAttempts(
  records: RecordStore,
  flow: string,
  runId: string,
): AsyncGenerator<FailedAttemptRef> {
  let cursor: string | undefined;
  do {
    const page = await records.listFailedAttempts(flow, runId, { cursor });
    yield* page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
