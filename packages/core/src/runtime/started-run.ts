import type { FlowStarted } from "../contracts/flow-decorator.js";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import type { TriggerRecord } from "../contracts/trigger.js";
import { findStrange } from "../decorators/validate-options.js";
import { errors } from "../errors/codes.js";
import { fitsParameter } from "../params/fits-parameter.js";
import { isRunField } from "../task/current.js";

/** What flow decorators add to a run. */
export interface StartedRun {
  readonly systemTags: readonly string[];
  readonly current: Readonly<Record<string, unknown>>;
  /** Values for parameters that nobody gave, by field. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly triggers: readonly TriggerRecord[];
}

/** Nothing added. */
export const nothingStarted: StartedRun = { systemTags: [], current: {}, parameters: {}, triggers: [] };

/** What a decorator of a flow gave in its `start`. */
export interface Addition {
  readonly decorator: string;
  readonly flow: string;
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  readonly started: FlowStarted;
}

const LONGEST_TAG = 500;

/** Puts what a decorator adds to what others added before. @throws DECORATOR_ADDITION_INVALID */
export function withAddition(before: StartedRun, addition: Addition): StartedRun {
  const { decorator, flow, started } = addition;
  const problem = problemOf(before, addition);
  if (problem !== null) throw errors.DECORATOR_ADDITION_INVALID({ decorator, flow, problem }, { where: { flow } });
  return {
    systemTags: [...new Set([...before.systemTags, ...(started.systemTags ?? [])])],
    current: { ...before.current, ...started.current },
    parameters: { ...before.parameters, ...started.parameters },
    triggers: [...before.triggers, ...(started.triggers ?? [])],
  };
}

function problemOf(before: StartedRun, { parameters, started }: Addition): string | null {
  if (typeof started !== "object" || started === null) return "it has to be an object";
  const strange = findStrange(started);
  if (strange !== null) return strange;
  const { systemTags = [], current = {}, parameters: values = {} } = started;
  const tag = systemTags.find((each) => typeof each !== "string" || each.trim() === "" || each.length > LONGEST_TAG);
  if (tag !== undefined) return `the system tag ${JSON.stringify(tag)} is no text of 1 to ${LONGEST_TAG} characters`;
  for (const field of Object.keys(current)) {
    if (isRunField(field)) return `'current.${field}' is the run's own`;
    if (Object.hasOwn(before.current, field)) return `another decorator gives 'current.${field}' too`;
  }
  for (const [field, value] of Object.entries(values)) {
    const parameter = parameters[field];
    if (parameter === undefined) return `the flow has no parameter '${field}'`;
    if (Object.hasOwn(before.parameters, field)) return `another decorator gives the parameter '${field}' too`;
    if (!fitsParameter(parameter, value)) return `${JSON.stringify(value)} is no value for the parameter '${field}'`;
  }
  return null;
}
