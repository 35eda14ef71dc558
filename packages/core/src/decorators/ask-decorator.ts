import type { DecoratorSite, StepDecorator } from "../contracts/step-decorator.js";
import type { StepPolicy } from "../contracts/step-policy.js";
import { errors } from "../errors/codes.js";
import { decoratorFailed } from "./decorator-failed.js";
import { policyProblem } from "./policy-problem.js";
import { findStrange } from "./validate-options.js";

/** Why the step cannot have the decorator, or null. @throws DECORATOR_FAILED, DECORATOR_ANSWER_INVALID */
export function reasonAgainst(decorator: StepDecorator, options: unknown, site: DecoratorSite): string | null {
  const step = site.step.name;
  const isGang = site.step.previous.some((name) => site.graph.steps[name]?.transition.kind === "parallel");
  if (decorator.parallel === true && !isGang) return "no numParallel leads to it";
  const answer: unknown = asked(decorator, "check", step, () => decorator.check?.(options, site));
  if (answer === undefined || answer === null || typeof answer === "string") return answer ?? null;
  throw unusable(decorator, "check", step, `it has to be text or null, at once, and is ${describe(answer)}`);
}

/** What the decorator asks of the driver. @throws DECORATOR_FAILED, DECORATOR_ANSWER_INVALID */
export function checkedPolicy(decorator: StepDecorator, options: unknown, step: string): StepPolicy {
  const policy: unknown = asked(decorator, "policy", step, () => decorator.policy?.(options)) ?? {};
  const isLate = policy instanceof Promise;
  const strange = isLate ? "all of it: it has to be there at once" : (findStrange(policy) ?? policyProblem(policy));
  if (strange === null) return policy as StepPolicy;
  throw unusable(decorator, "policy", step, strange);
}

function asked<T>({ name }: StepDecorator, hook: string, step: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw decoratorFailed(name, hook, { step }, cause);
  }
}

function unusable({ name: decorator }: StepDecorator, hook: string, step: string, problem: string): Error {
  return errors.DECORATOR_ANSWER_INVALID({ decorator, hook, step, problem }, { where: { step } });
}

function describe(value: unknown): string {
  return value instanceof Promise ? "a promise" : `a value of type ${typeof value}`;
}
