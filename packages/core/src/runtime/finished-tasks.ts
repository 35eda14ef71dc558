import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { taskId } from "../graph/addresses.js";
import type { ReadyTask } from "./progress.js";
import type { Region } from "./region.js";

/** Tasks that need not run again. */
export interface FinishedTasks {
  /** The records of those among the tasks that need not run, and null for the others, in order. */
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
 * What an earlier process committed of the same region, before it ended or was ended. One listing per step; records
 * are read when their turn comes.
 */
export async function committedBefore(
  records: RecordStore,
  graph: FlowGraph,
  runId: string,
  region: Region,
): Promise<FinishedTasks> {
  const { flow } = graph;
  const committed = new Map<string, ReadonlySet<string>>();
  for (const step of region.steps) committed.set(step, new Set(await records.listTasks(flow, runId, step)));
  const failures = await countFailures(records, flow, runId);
  return {
    async take(tasks) {
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

async function countFailures(records: RecordStore, flow: string, runId: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  let cursor: string | undefined;
  do {
    const page = await records.listFailedAttempts(flow, runId, { cursor });
    for (const { step, task, attempt } of page.items) {
      const key = `${step}/${task}`;
      counts.set(key, Math.max(counts.get(key) ?? 0, attempt + 1));
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return counts;
}
