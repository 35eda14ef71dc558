import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyArtifacts, MaybeNext, Proceed, RunningTask, StepReplacement } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { defineStepDecorator, type StepDecoratorFactory } from "./define-step-decorator.js";

/**
 * What runs around a step: `yield` runs the step itself, `yield replacement` runs that function in its place. What it
 * returns are arguments in place of those of the step's `this.next(…)`.
 */
export type StepWrapper<O, A extends object = AnyArtifacts> = (
  task: RunningTask<A>,
  options: O,
) => AsyncGenerator<Yielded<A>, MaybeNext, void>;

// biome-ignore lint/suspicious/noConfusingVoidType: what a bare yield gives
type Yielded<A extends object = AnyArtifacts> = StepReplacement<A> | void;

/** What a wrapper does not say itself. */
export interface StepWrapperSettings {
  /** As it stands in `--with` and in messages; the generator's own name where it has one. */
  readonly name?: string | undefined;
  /** Other names by which `--with` finds it. */
  readonly aliases?: readonly string[] | undefined;
  /** Decorators with a lower number stand further outside; equal ones as in the source. Default 0. */
  readonly order?: number | undefined;
}

/**
 * Makes a step decorator of an async generator: what is before `yield` runs before the step, what is after it after it.
 * What the step throws arrives at the `yield`; who catches it makes the step succeed. Returning before the `yield` skips
 * the step.
 *
 * ```ts
 * const timed = stepDecorator(async function* timed(task: RunningTask<{ took: number }>, { unit }: { unit: "ms" | "s" }) {
 *   const startedAt = performance.now();
 *   yield;
 *   task.instance.took = (performance.now() - startedAt) / (unit === "s" ? 1000 : 1);
 * });
 * ```
 *
 * Options have the type that the generator gives them. With `options`, a Standard Schema, they are checked as well.
 *
 * @throws DECORATOR_INVALID
 */
export function stepDecorator<S extends StandardSchemaV1, A extends object = AnyArtifacts>(
  wrapper: StepWrapper<StandardSchemaV1.InferOutput<S>, A>,
  settings: StepWrapperSettings & { readonly options: S },
): StepDecoratorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>, A>;
export function stepDecorator<O extends object = Record<never, never>, A extends object = AnyArtifacts>(
  wrapper: StepWrapper<O, A>,
  settings?: StepWrapperSettings,
): StepDecoratorFactory<O, O, A>;
export function stepDecorator(
  wrapper: StepWrapper<unknown>,
  settings: StepWrapperSettings & { readonly options?: StandardSchemaV1 | undefined } = {},
): StepDecoratorFactory<unknown, unknown> {
  const { name = nameOf(wrapper), aliases, order, options = anyOptions } = settings;
  if (!isAsyncGenerator(wrapper)) {
    throw errors.DECORATOR_INVALID({
      kind: "step decorator",
      decorator: name === "" ? "(without a name)" : name,
      problem: "it has to be an async generator, async function*, that yields where the step runs",
    });
  }
  if (name === "") {
    throw errors.DECORATOR_INVALID({
      kind: "step decorator",
      decorator: "(without a name)",
      problem: "it needs a name; write async function* name(…), or give { name }",
    });
  }
  return defineStepDecorator({
    ...{ name, aliases, contract: 1, options, order },
    wrap: (given, task, proceed) => runAround(wrapper(task, given), proceed),
  });
}

/** Goes through the generator once, with the step, or what replaces it, at its `yield`. */
async function runAround(generator: AsyncGenerator<Yielded, MaybeNext, void>, proceed: Proceed): Promise<MaybeNext> {
  const first = await generator.next();
  if (first.done === true) return first.value;
  const replacement = first.value ?? undefined;
  if (replacement !== undefined && typeof replacement !== "function") {
    throw new TypeError("it yields nothing, for the step itself, or a function to run in its place");
  }
  const outcome = await proceed(replacement).then(
    () => generator.next(),
    (error: unknown) => generator.throw(error),
  );
  if (outcome.done === true) return outcome.value;
  await generator.return();
  // A second `yield` asks for the step once more, and that is refused.
  return proceed();
}

/** Options whose type is only TypeScript's. */
const anyOptions: StandardSchemaV1 = {
  "~standard": {
    version: 1,
    vendor: "metaflow-ts",
    validate: (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? { value }
        : { issues: [{ message: 'options are an object, as in { unit: "s" }' }] },
  },
};

function nameOf(wrapper: unknown): string {
  return typeof wrapper === "function" ? wrapper.name : "";
}

function isAsyncGenerator(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object AsyncGeneratorFunction]";
}
