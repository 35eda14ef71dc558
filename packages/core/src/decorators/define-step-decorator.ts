import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AnyArtifacts, AnyStepDecorator, StepDecorator } from "../contracts/step-decorator.js";
import { attachDecorator } from "../flow/step-metadata.js";
import { checkDefinition, STEP_DECORATOR } from "./check-definition.js";

/** What TypeScript tells a decorator of a method: the flow has to have the artifacts. */
interface StepContextOf<A extends object> {
  readonly kind: "method";
  readonly static: false;
  readonly private: false;
  // A property that holds a function, not a method: the flow is compared strictly.
  readonly addInitializer: (initializer: (this: string extends keyof A ? unknown : A) => void) => void;
  readonly metadata: DecoratorMetadata;
}

type StepMethod = (item: never) => void | Promise<void>;

/** A decorator of methods, as TypeScript sees it. */
type MethodDecorator<A extends object> = (method: StepMethod, context: StepContextOf<A>) => void;

/**
 * What a flow's author writes: `@retry({ times: 3 })`, or `@retry` where no option has to be given. `definition` is
 * what it is made of.
 */
export type StepDecoratorFactory<Input, O, A extends object = AnyArtifacts> = (Record<never, never> extends Input
  ? OptionalOptions<Input, A>
  : (options: Input) => MethodDecorator<A>) & {
  readonly kind: "step decorator";
  readonly definition: StepDecorator<O, A>;
};

interface OptionalOptions<Input, A extends object> {
  // First: where all options are optional, a method could be taken for some.
  (method: StepMethod, context: StepContextOf<A>): void;
  (options?: Input): MethodDecorator<A>;
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
export function defineStepDecorator<S extends StandardSchemaV1, A extends object = AnyArtifacts>(
  definition: Omit<StepDecorator<StandardSchemaV1.InferOutput<S>, A>, "options"> & { readonly options: S },
): StepDecoratorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>, A> {
  checkDefinition(definition, STEP_DECORATOR);
  const made = definition as unknown as StepDecorator<StandardSchemaV1.InferOutput<S>, A>;
  const attach = (context: unknown, options: unknown): void => {
    const attributes = (options ?? {}) as Readonly<Record<string, unknown>>;
    const data = { name: made.name, attributes, staticallyDefined: true, insertedBy: null };
    attachDecorator(context, data, made as AnyStepDecorator);
  };
  const factory = (first?: unknown, context?: unknown): unknown => {
    // A second argument means that this is the decorator itself: without parentheses.
    if (context !== undefined) return attach(context, undefined);
    return (_: unknown, methodContext: unknown) => attach(methodContext, first);
  };
  return Object.assign(factory, { kind: STEP_DECORATOR.kind, definition: made }) as StepDecoratorFactory<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>,
    A
  >;
}
