import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FlowDecorator } from "../contracts/flow-decorator.js";
import { attachFlowDecorator } from "../flow/flow-metadata.js";
import type { FlowSpec } from "../flow/flow-spec.js";
import { checkDefinition, FLOW_DECORATOR } from "./check-definition.js";

/** A decorator of flow classes, as TypeScript sees it. */
type FlowClassDecorator = (flowClass: abstract new () => FlowSpec, context: ClassDecoratorContext) => void;

/**
 * What a flow's author writes above the class: `@project({ name: "fraud" })`, or `@schedule` where no option has to be
 * given. `definition` is what it is made of.
 */
export type FlowDecoratorFactory<Input, O> = (Record<never, never> extends Input
  ? OptionalOptions<Input>
  : (options: Input) => FlowClassDecorator) & {
  readonly kind: "flow decorator";
  readonly definition: FlowDecorator<O>;
};

interface OptionalOptions<Input> {
  // First: where all options are optional, a class could be taken for some.
  (flowClass: abstract new () => FlowSpec, context: ClassDecoratorContext): void;
  (options?: Input): FlowClassDecorator;
}

/**
 * Makes a flow decorator from what it is.
 *
 * @throws DECORATOR_INVALID
 *
 * ```ts
 * export const team = defineFlowDecorator({
 *   name: "team",
 *   contract: 1,
 *   options: z.object({ name: z.string() }),
 *   cliOptions: { team: { kind: "text", help: "the team that pays for the run" } },
 *   start: ({ name }, { given }) => ({ systemTags: [`team:${given.team ?? name}`] }),
 * });
 * ```
 */
export function defineFlowDecorator<S extends StandardSchemaV1>(
  definition: Omit<FlowDecorator<StandardSchemaV1.InferOutput<S>>, "options"> & { readonly options: S },
): FlowDecoratorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>> {
  checkDefinition(definition, FLOW_DECORATOR);
  const made = definition as unknown as FlowDecorator<StandardSchemaV1.InferOutput<S>>;
  const attach = (flowClass: unknown, context: unknown, options: unknown): void => {
    const attributes = (options ?? {}) as Readonly<Record<string, unknown>>;
    const data = { name: made.name, attributes, staticallyDefined: true, insertedBy: null };
    attachFlowDecorator(flowClass, context, { data, definition: made as FlowDecorator });
  };
  const factory = (first?: unknown, context?: unknown): unknown => {
    // A second argument means that this is the decorator itself: without parentheses.
    if (context !== undefined) return attach(first, context, undefined);
    return (flowClass: unknown, classContext: unknown) => attach(flowClass, classContext, first);
  };
  return Object.assign(factory, { kind: FLOW_DECORATOR.kind, definition: made }) as FlowDecoratorFactory<
    StandardSchemaV1.InferInput<S>,
    StandardSchemaV1.InferOutput<S>
  >;
}
