import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError, MetaflowErrors } from "../errors/metaflow-error.js";

/** What the action gives; undefined where it raised a problem, which is kept with the others. */
export function collectProblem<T>(problems: MetaflowError[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isMetaflowError(error)) throw error;
    problems.push(error);
    return undefined;
  }
}

/** @throws the only problem, or DECORATORS_INVALID with all of them */
export function refuseProblems(flow: string, problems: readonly MetaflowError[]): void {
  const [only] = problems;
  if (only === undefined) return;
  if (problems.length === 1) throw only;
  const summary = errors.DECORATORS_INVALID({ flow, problems: problems.map(({ message }) => message) });
  throw new MetaflowErrors(summary.code, summary.message, problems, { where: { flow } });
}
