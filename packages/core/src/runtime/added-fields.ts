import type { Current } from "../contracts/current.js";
import type { FlowTask } from "../contracts/flow-decorator.js";
import type { FlowAttachment } from "../decorators/attach-flow-decorators.js";
import { decoratorFailed } from "../decorators/decorator-failed.js";
import { errors } from "../errors/codes.js";
import { isRunField } from "../task/current.js";

/**
 * Fields of `current` that a flow's decorators make in a task: those that are no plain data.
 *
 * @throws DECORATOR_FAILED, DECORATOR_ADDITION_INVALID
 */
export async function addedFields(
  attachments: readonly FlowAttachment[],
  task: FlowTask,
  flow: string,
): Promise<Partial<Current>> {
  const fields: Record<string, unknown> = {};
  for (const { definition, options } of attachments) {
    const { name: decorator } = definition;
    const made = await makeFields(definition, options, task, flow);
    const own = Object.keys(made).find(isRunField);
    if (own !== undefined) {
      const problem = `'current.${own}' is the run's own`;
      throw errors.DECORATOR_ADDITION_INVALID({ decorator, flow, problem }, { where: { flow } });
    }
    Object.assign(fields, made);
  }
  return fields;
}

async function makeFields(
  definition: FlowAttachment["definition"],
  options: unknown,
  task: FlowTask,
  flow: string,
): Promise<object> {
  try {
    return (await definition.current?.(options, task)) ?? {};
  } catch (cause) {
    throw decoratorFailed(definition.name, "current", { flow }, cause);
  }
}
