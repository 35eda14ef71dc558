import { errors } from "../errors/codes.js";

/** What went wrong in a hook, told with the decorator's name, so that nobody looks for it in the step. */
export function decoratorFailed(decorator: string, hook: string, step: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return errors.DECORATOR_FAILED({ decorator, hook, step, reason }, { where: { step }, cause });
}
