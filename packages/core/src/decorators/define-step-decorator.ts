import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { attachDecorator } from "../flow/step-metadata.js";
import { DECORATOR_NAME } from "./parse-spec.js";

/** A decorator of methods, as TypeScript sees it. */
type MethodDecorator = (method: (item: never) => void | Promise<void>, context: ClassMethodDecoratorContext) => void;

/**
 * What a flow's author writes: `@retry({ times: 3 })`, or `@retry` where no option has to be given. `definition` is
 * what it is made of.
 */
export type StepDecoratorFactory<Input, O> = (Record<never, never> extends Input
  ? OptionalOptions<Input>
  : (options: Input) => MethodDecorator) & { readonly definition: StepDecorator<O> };

interface OptionalOptions<Input> {
  // First: where all options are optional, a method could be taken for some.
  (method: (item: never) => void | Promise<void>, context: ClassMethodDecoratorContext): void;
  (options?: Input): MethodDecorator;
}

/**
 * Makes a step decorator from what it is.
 *
 * @throws DECORATOR_INVALID
 *
 * ```ts
 * export const greet = defineStepDecorator({
 *   name: "greet",
 *   contract: 1,
 *   options: z.object({ name: z.string().default("world") }),
 *   async wrap({ name }, task, proceed) {
 *     console.log(`hello ${name}`);
 *     await proceed();
 *   },
 * });
 * ```
 */
export function defineStepDecorator<S extends StandardSchemaV1>(
  definition: Omit<StepDecorator<StandardSchemaV1.InferOutput<S>>, "options"> & { readonly options: S },
): StepDecoratorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>> {
  const made = definition as unknown as StepDecorator<StandardSchemaV1.InferOutput<S>>;
  checkDefinition(made);
  const attach = (context: unknown, options: unknown): void => {
    const attributes = (options ?? {}) as Readonly<Record<string, unknown>>;
    const data = { name: made.name, attributes, staticallyDefined: true, insertedBy: null };
    attachDecorator(context, data, made as StepDecorator);
  };
  const factory = (first?: unknown, context?: unknown): unknown => {
    // A second argument means that this is the decorator itself: without parentheses.
    if (context !== undefined) return attach(context, undefined);
    return (_: unknown, methodContext: unknown) => attach(methodContext, first);
  };
  return Object.assign(factory, { definition: made }) as StepDecoratorFactory<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>
  >;
}

/** Types say the same, but a plugin may be plain JavaScript, or be written for another version. */
function checkDefinition({ name, contract, options }: StepDecorator): void {
  const refuse = (problem: string): Error => errors.DECORATOR_INVALID({ decorator: String(name), problem });
  if (typeof name !== "string" || !DECORATOR_NAME.test(name))
    throw refuse("its name has to be letters, digits, '_' and '-', with a letter first");
  if (contract !== 1) throw refuse(`it is written for version ${String(contract)} of the contract, and this is 1`);
  if (typeof options?.["~standard"]?.validate !== "function") throw refuse("its options have to be a Standard Schema");
}
