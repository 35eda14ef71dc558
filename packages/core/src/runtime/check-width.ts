import type { FlowGraph } from "../contracts/graph.js";
import type { TaskRef } from "../contracts/pathspec.js";
import type { TakenTransition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { stepOf } from "./region.js";

/**
 * Refuses a split that leads to more tasks than are allowed.
 *
 * @throws FOREACH_TOO_WIDE, PARALLEL_TOO_WIDE
 */
export function checkWidth(
  { graph, maxNumSplits }: { readonly graph: FlowGraph; readonly maxNumSplits: number },
  task: TaskRef,
  taken: TakenTransition,
): void {
  if ((taken.kind !== "foreach" && taken.kind !== "parallel") || taken.splits <= maxNumSplits) return;
  const { transition, source } = stepOf(graph, task.step);
  const values = { step: task.step, splits: taken.splits, limit: maxNumSplits };
  const where = { flow: graph.flow, step: task.step, source: source ?? undefined };
  if (transition.kind !== "foreach") throw errors.PARALLEL_TOO_WIDE(values, { where });
  const { artifact } = transition;
  throw errors.FOREACH_TOO_WIDE({ ...values, artifact }, { where: { ...where, artifact } });
}
