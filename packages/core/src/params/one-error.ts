import { type MetaflowError, MetaflowErrors } from "../errors/metaflow-error.js";

/** Several problems as one error: a single one as it is, more under the summary's code and message. */
export function oneError(
  problems: readonly MetaflowError[],
  summary: (messages: readonly string[]) => MetaflowError,
): MetaflowError {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return only;
  const { code, message, where } = summary(problems.map((problem) => problem.message));
  return new MetaflowErrors(code, message, problems, { where });
}
