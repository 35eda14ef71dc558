import type { EndedRun, ExitHook } from "../contracts/flow-decorator.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import { decoratorFailed } from "../decorators/decorator-failed.js";
import { errors } from "../errors/codes.js";

/** Node's timers take no more. */
const LONGEST_TIME = 2 ** 31 - 1;

/**
 * What a flow's decorators have to be called after a run that ended so, in order.
 *
 * @throws DECORATOR_FAILED, DECORATOR_ADDITION_INVALID
 */
export function exitHooksOf(
  attachments: readonly FlowAttachment[],
  status: EndedRun["status"],
  flow: string,
): readonly ExitHook[] {
  return attachments.flatMap(({ definition, options }) => {
    const decorator = definition.name;
    const hooks = asked(definition, options, status, flow);
    const problem = problemOf(hooks);
    if (problem === null) return hooks as readonly ExitHook[];
    throw errors.DECORATOR_ADDITION_INVALID({ decorator, flow, problem }, { where: { flow } });
  });
}

function asked(
  definition: FlowAttachment["definition"],
  options: unknown,
  status: EndedRun["status"],
  flow: string,
): unknown {
  try {
    return definition.exitHooks?.(options, status) ?? [];
  } catch (cause) {
    throw decoratorFailed(definition.name, "exitHooks", { flow }, cause);
  }
}

function problemOf(hooks: unknown): string | null {
  if (!Array.isArray(hooks)) return "its exit hooks have to be a list, at once";
  for (const hook of hooks as Partial<Record<keyof ExitHook, unknown>>[]) {
    const { name, timeLimitMs, call } = hook;
    if (typeof name !== "string" || name === "") return "an exit hook has no name";
    if (typeof call !== "function") return `its exit hook '${name}' has no function 'call'`;
    const isTime = typeof timeLimitMs === "number" && timeLimitMs > 0 && timeLimitMs <= LONGEST_TIME;
    if (!isTime) return `the time limit of its exit hook '${name}' has to be from 1 to ${LONGEST_TIME} ms`;
  }
  return null;
}
