import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";

/**
 * A decorator's options, checked and completed by its schema.
 *
 * @throws DECORATOR_OPTIONS_INVALID, naming every option that is wrong
 */
export function validateOptions<O>(decorator: StepDecorator<O>, attributes: unknown, step: string): O {
  const result = decorator.options["~standard"].validate(attributes);
  const refuse = (problems: readonly string[]): Error =>
    errors.DECORATOR_OPTIONS_INVALID({ decorator: decorator.name, step, problems }, { where: { step } });
  if (result instanceof Promise) throw refuse(["its schema answers with a promise, and it must answer at once"]);
  if (result.issues === undefined) return result.value;
  throw refuse(result.issues.map(showIssue));
}

function showIssue({ message, path }: StandardSchemaV1.Issue): string {
  const names = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return names.length === 0 ? message : `${names.join(".")}: ${message}`;
}
