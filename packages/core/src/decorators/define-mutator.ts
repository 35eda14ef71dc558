import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Addable, FlowMutator, StepMutator } from "../contracts/mutators.js";
import type { FlowSpec } from "../flow/flow-spec.js";
import { attachFlowMutator, attachStepMutator } from "../flow/mutator-metadata.js";
import { checkDefinition, type DefinitionShape } from "./check-definition.js";

const SHAPE = { fields: ["name", "contract", "options", "adds"], hooks: ["preMutate", "mutate"] } as const;
const STEP_MUTATOR: DefinitionShape = { kind: "step mutator", ...SHAPE };
const FLOW_MUTATOR: DefinitionShape = { kind: "flow mutator", ...SHAPE };

type MethodDecorator = (method: (item: never) => void | Promise<void>, context: ClassMethodDecoratorContext) => void;
type FlowClassDecorator = (flowClass: abstract new () => FlowSpec, context: ClassDecoratorContext) => void;

/** A decorator that is written with options, or without parentheses where none has to be given. */
type WithOptions<Input, D extends (...args: never) => void> =
  Record<never, never> extends Input
    ? // First: where all options are optional, what is decorated could be taken for some.
      { (...decorated: Parameters<D>): void; (options?: Input): D }
    : (options: Input) => D;

/** What a flow's author writes at a step: `@myMutator({ … })`. */
export type StepMutatorFactory<Input, O, D extends Addable = Addable> = WithOptions<Input, MethodDecorator> & {
  readonly kind: "step mutator";
  readonly definition: StepMutator<O, D>;
};

/** What a flow's author writes above the class: `@myMutator({ … })`. */
export type FlowMutatorFactory<Input, O, D extends Addable = Addable> = WithOptions<Input, FlowClassDecorator> & {
  readonly kind: "flow mutator";
  readonly definition: FlowMutator<O, D>;
};

/**
 * Makes a step mutator from what it is.
 *
 * @throws DECORATOR_INVALID
 *
 * ```ts
 * const patient = defineStepMutator({
 *   name: "patient",
 *   contract: 1,
 *   options: z.object({ times: z.number().default(3) }),
 *   adds: [retry],
 *   mutate({ times }, step) {
 *     if (!step.hasDecorator("catchError")) step.addDecorator(retry, { times });
 *   },
 * });
 * ```
 */
export function defineStepMutator<S extends StandardSchemaV1, const D extends Addable = never>(
  definition: Omit<StepMutator<StandardSchemaV1.InferOutput<S>, D>, "options"> & { readonly options: S },
): StepMutatorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>, D> {
  checkDefinition(definition, STEP_MUTATOR);
  const made = definition as unknown as StepMutator;
  const factory = (first?: unknown, context?: unknown): unknown => {
    if (context !== undefined) return attachStepMutator(context, { definition: made, options: {} });
    const options = first ?? {};
    return (_: unknown, methodContext: unknown) => attachStepMutator(methodContext, { definition: made, options });
  };
  return Object.assign(factory, { kind: STEP_MUTATOR.kind, definition: made }) as never;
}

/**
 * Makes a flow mutator from what it is.
 *
 * @throws DECORATOR_INVALID
 *
 * ```ts
 * const team = defineFlowMutator({
 *   name: "team",
 *   contract: 1,
 *   options: z.object({ name: z.string() }),
 *   adds: [environment],
 *   preMutate({ name }, flow) {
 *     flow.addParameter("budget", { default: 100, help: `what ${name} may spend` });
 *     for (const step of flow.steps) step.addDecorator(environment, { vars: { TEAM: name } });
 *   },
 * });
 * ```
 */
export function defineFlowMutator<S extends StandardSchemaV1, const D extends Addable = never>(
  definition: Omit<FlowMutator<StandardSchemaV1.InferOutput<S>, D>, "options"> & { readonly options: S },
): FlowMutatorFactory<StandardSchemaV1.InferInput<S>, StandardSchemaV1.InferOutput<S>, D> {
  checkDefinition(definition, FLOW_MUTATOR);
  const made = definition as unknown as FlowMutator;
  const factory = (first?: unknown, context?: unknown): unknown => {
    if (context !== undefined) return attachFlowMutator(first, context, { definition: made, options: {} });
    const options = first ?? {};
    return (flowClass: unknown, classContext: unknown) =>
      attachFlowMutator(flowClass, classContext, { definition: made, options });
  };
  return Object.assign(factory, { kind: FLOW_MUTATOR.kind, definition: made }) as never;
}
