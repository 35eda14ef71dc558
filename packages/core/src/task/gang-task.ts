import type { ParallelInfo } from "../contracts/gang.js";
import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRecord } from "../contracts/records.js";
import { gangOf } from "../graph/gangs.js";
import type { RunContext, TaskSpec } from "./task-context.js";

/** A task that is in no gang. */
const ALONE: ParallelInfo = {
  mainIp: "127.0.0.1",
  mainPort: undefined,
  numNodes: 1,
  nodeIndex: 0,
  controlTaskId: undefined,
};

/** The task's place in its gang. */
export function parallelInfo(graph: FlowGraph, spec: TaskSpec): ParallelInfo {
  if (spec.gang === undefined) return ALONE;
  const { mainIp, mainPort, numNodes } = spec.gang;
  const [controlTaskId] = gangOf(graph, "", spec, 1).tasks;
  return { mainIp, mainPort, numNodes, nodeIndex: spec.address.at(-1) ?? 0, controlTaskId };
}

/** The same for the attempt's record; nothing outside of a gang. */
export function parallelPosition({ gang, address }: TaskSpec): Pick<TaskRecord, "parallel"> {
  return gang === undefined ? {} : { parallel: { nodeIndex: address.at(-1) ?? 0, numNodes: gang.numNodes } };
}

/** The same for the programs that the task starts; nothing outside of a gang. */
export function gangEnvironment(graph: FlowGraph, spec: TaskSpec): Readonly<Record<string, string>> {
  if (spec.gang === undefined) return {};
  const { mainIp, mainPort, numNodes, nodeIndex, controlTaskId } = parallelInfo(graph, spec);
  return {
    MF_PARALLEL_MAIN_IP: mainIp,
    MF_PARALLEL_MAIN_PORT: String(mainPort),
    MF_PARALLEL_NUM_NODES: String(numNodes),
    MF_PARALLEL_NODE_INDEX: String(nodeIndex),
    MF_PARALLEL_CONTROL_TASK_ID: String(controlTaskId),
  };
}

/**
 * Commits what a successful attempt left. That of a gang's task is kept until all of them are there: the last one
 * commits the gang. False where another attempt was committed before.
 */
export async function commitAttempt(
  { graph, records }: Pick<RunContext, "graph" | "records">,
  spec: TaskSpec,
  record: TaskRecord,
): Promise<boolean> {
  if (spec.gang === undefined) return records.commitTask(record);
  const { id, numNodes } = spec.gang;
  const gang = gangOf(graph, record.runId, spec, numNodes);
  await records.saveGangResult(gang, id, record);
  const counts = await records.commitGang(gang, id);
  return counts === null || counts === id;
}
