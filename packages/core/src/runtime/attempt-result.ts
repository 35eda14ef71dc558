import type { FlowGraph } from "../contracts/graph.js";
import type { RecordStore } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { taskId } from "../graph/addresses.js";
import { gangOf } from "../graph/gangs.js";
import type { TaskSpec } from "../task/task-context.js";

/** Where an attempt's result is looked for. */
export interface ResultSource {
  readonly graph: FlowGraph;
  readonly records: RecordStore;
  readonly runId: string;
}

/**
 * What is there of a task whose process ended without a word: the result of its attempt, which in a gang may wait for
 * those of the others, or the committed one. Null where it came to none.
 */
export async function readResult({ graph, records, runId }: ResultSource, spec: TaskSpec): Promise<TaskRecord | null> {
  const task = taskId(graph, spec.step, spec.address);
  const { gang } = spec;
  if (gang !== undefined) {
    const own = await records.readGangResult(gangOf(graph, runId, spec, gang.numNodes), gang.id, task);
    if (own !== null) return own;
  }
  return records.readTask(graph.flow, runId, spec.step, task);
}
