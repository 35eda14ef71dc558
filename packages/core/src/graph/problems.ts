import type { SourceLocator, StepDeclaration } from "../contracts/flow-definition.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError, MetaflowErrorOptions, SourcePosition } from "../errors/metaflow-error.js";
import type { GraphErrorCode, GraphErrorValues } from "../errors/tables/graph-errors.js";
import { codeFrame } from "./code-frame.js";

/** A problem that a rule found. */
export interface GraphProblem {
  readonly code: GraphErrorCode;
  /** The step whose source is shown; null for a problem of the flow as a whole. */
  readonly step: string | null;
  /** Where in the text of the step's method. */
  readonly offset: number;
  readonly values: Readonly<Record<string, unknown>>;
  /** The method at fault, where it is no step. */
  readonly method?: Pick<StepDeclaration, "method" | "owner">;
}

/** A problem at a step: at its `this.next(...)` where `offset` says so, else at its name. */
export function problem<C extends GraphErrorCode>(
  code: C,
  step: string | null,
  values: GraphErrorValues<C>,
  offset: number | null = 0,
): GraphProblem {
  return { code, step, offset: offset ?? 0, values };
}

/** Where problems are looked up. */
export interface ProblemContext {
  readonly flow: string;
  readonly steps: Readonly<Record<string, StepDeclaration>>;
  readonly flowSource: SourcePosition | null;
  readonly locator: SourceLocator | null;
}

/** The error that tells a problem, with its place in the user's source. */
export function toError(found: GraphProblem, context: ProblemContext): MetaflowError {
  const declaration = found.method ?? (found.step === null ? undefined : context.steps[found.step]);
  const source = declaration
    ? (context.locator?.locate(declaration.owner, declaration.method, found.offset) ?? null)
    : context.flowSource;
  const text = source === null ? null : (context.locator?.sourceText(source.file) ?? null);
  const build = errors[found.code] as (values: never, options: MetaflowErrorOptions) => MetaflowError;
  return build(found.values as never, {
    where: { flow: context.flow, step: found.step ?? undefined, source: source ?? undefined },
    codeFrame: source === null || text === null ? undefined : codeFrame(text, source),
  });
}
