import { errors } from "../errors/codes.js";
import type { DecoratorOwner } from "../errors/tables/decorator-errors.js";

/** What went wrong in a hook, told with the decorator's name, so that nobody looks for it in the step. */
export function decoratorFailed(decorator: string, hook: string, owner: DecoratorOwner, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return errors.DECORATOR_FAILED({ decorator, hook, ...owner, reason }, { where: owner, cause });
}
