import type { FlowClass, FlowDefinition, StepDeclaration } from "../contracts/flow-definition.js";
import type { SerializerSource } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { declareParameters } from "../params/declare-parameters.js";
import { oneError } from "../params/one-error.js";
import { collectFlowDecorators } from "./flow-metadata.js";
import { expectOwnKind, FlowSpec, isFlowClass } from "./flow-spec.js";
import { collectFlowMutators } from "./mutator-metadata.js";
import { collectSteps } from "./step-metadata.js";

export interface DefineFlowOptions {
  readonly serializers?: readonly SerializerSource[];
  /** What the flow's file exports. */
  readonly exports?: Readonly<Record<string, unknown>>;
}

/** Learns everything that a flow's class tells: reads what its decorators left behind, and makes one instance. */
export function defineFlow(
  flowClass: unknown,
  { serializers = [], exports = {} }: DefineFlowOptions = {},
): FlowDefinition {
  if (!isFlowClass(flowClass)) throw errors.FLOW_NOT_A_FLOW({ what: describe(flowClass) });
  expectOwnKind(flowClass);
  const { name } = flowClass;
  // What compilers call the class of `export default class extends FlowSpec`.
  if (name === "" || name === "default") throw errors.FLOW_WITHOUT_NAME(undefined);
  const steps = collectSteps(flowClass);
  if (Object.keys(steps).length === 0) throw errors.FLOW_WITHOUT_STEPS({ flow: name }, { where: { flow: name } });
  const fields = initialFields(flowClass);
  const { parameters, problems } = declareParameters(flowClass, fields);
  refuse(name, [...nameClashes(name, steps, fields), ...problems]);
  const decorators = collectFlowDecorators(flowClass);
  const mutators = collectFlowMutators(flowClass);
  return { name, flowClass, steps, decorators, mutators, parameters, fields, serializers, exports };
}

function initialFields(flowClass: FlowClass): Readonly<Record<string, unknown>> {
  try {
    return { ...new flowClass() };
  } catch (cause) {
    const flow = flowClass.name;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.FLOW_CONSTRUCTOR_FAILED({ flow, reason }, { where: { flow }, cause });
  }
}

/** Steps and fields that hide what `FlowSpec` provides, and fields that hide a step. */
function nameClashes(
  flow: string,
  steps: Readonly<Record<string, StepDeclaration>>,
  fields: Readonly<Record<string, unknown>>,
): readonly MetaflowError[] {
  const reserved = Object.getOwnPropertyNames(FlowSpec.prototype);
  const taken = [...Object.keys(steps), ...Object.keys(fields)].filter((name) => reserved.includes(name));
  const hidden = Object.keys(fields).filter((name) => Object.hasOwn(steps, name));
  return [
    ...taken.map((name) => errors.FLOW_NAME_RESERVED({ name }, { where: { flow } })),
    ...hidden.map((name) => errors.FLOW_FIELD_HIDES_STEP({ name }, { where: { flow, step: name } })),
  ];
}

function refuse(flow: string, problems: readonly MetaflowError[]): void {
  if (problems.length === 0) return;
  throw oneError(problems, (messages) => errors.FLOW_INVALID({ flow, problems: messages }, { where: { flow } }));
}

function describe(value: unknown): string {
  if (value === FlowSpec) return "FlowSpec itself";
  if (typeof value === "function") return value.name === "" ? "a function without a name" : `'${value.name}'`;
  return value === null ? "null" : `a value of type ${typeof value}`;
}
