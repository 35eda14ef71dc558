import type { FlowGraph } from "../contracts/graph.js";
import type { RecordedError, TaskRecord } from "../contracts/records.js";
import { taskId } from "../graph/addresses.js";
import { parallelPosition } from "../task/gang-task.js";
import type { TaskSpec } from "../task/task-context.js";

/** What is left of an attempt whose process could not write its own record. */
export function deathRecord(
  { graph, runId }: { readonly graph: FlowGraph; readonly runId: string },
  spec: TaskSpec,
  startedAt: number,
  error: RecordedError,
): TaskRecord {
  const frames = graph.steps[spec.step]?.scope.map((frame, k) => ({ ...frame, value: spec.address[k] ?? 0 })) ?? [];
  return {
    version: 1,
    flow: graph.flow,
    runId,
    step: spec.step,
    task: taskId(graph, spec.step, spec.address),
    attempt: spec.attempt,
    status: "failed",
    startedAt,
    finishedAt: Date.now(),
    inputs: spec.inputs.map((ref) => `${ref.step}/${taskId(graph, ref.step, ref.address)}`),
    // How many items there were is not known here.
    foreach: frames.filter((f) => f.kind === "foreach").map((f) => ({ step: f.step, index: f.value, splits: 0 })),
    loops: frames.filter((f) => f.kind === "loop").map((f) => ({ step: f.step, iteration: f.value })),
    ...parallelPosition(spec),
    transition: null,
    artifacts: {},
    error,
    originPathspec: null,
  };
}
