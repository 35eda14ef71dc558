import type { FlowClass, FlowMutatorDeclaration, StepMutatorDeclaration } from "../contracts/flow-definition.js";
import { errors } from "../errors/codes.js";
import { classMetadata, declaredOn, lineage, memberContext, metadataSlot } from "../params/decorator-metadata.js";
import { CORE_COPY } from "../util/core-copy.js";
import { isFlowClass } from "./flow-spec.js";
import { expectKnownContract } from "./known-contract.js";

const FLOW_MUTATORS: symbol = Symbol.for("metaflow-ts.flow-mutators");
const STEP_MUTATORS: symbol = Symbol.for("metaflow-ts.step-mutators");

/** Mutators of one class's methods, by the method's name; the innermost first. */
export type StepMutators = ReadonlyMap<string, readonly StepMutatorDeclaration[]>;

/** Attaches a step mutator to the method that it stands at. */
export function attachStepMutator(context: unknown, declaration: StepMutatorDeclaration): void {
  const { name, metadata } = memberContext(`@${declaration.definition.name}`, "method", context);
  const mutators = metadataSlot(metadata, STEP_MUTATORS, () => new Map<string, readonly StepMutatorDeclaration[]>());
  mutators.set(name, [...(mutators.get(name) ?? []), { ...declaration, core: CORE_COPY }]);
}

/** The mutators of the methods of exactly this class. */
export function stepMutatorsOn(owner: FlowClass): StepMutators {
  const found = declaredOn<Map<string, readonly StepMutatorDeclaration[]>>(owner, STEP_MUTATORS) ?? new Map();
  for (const declared of found.values()) for (const each of declared) expectKnown(each);
  return found;
}

/** Attaches a flow mutator to the class that it stands above. */
export function attachFlowMutator(flowClass: unknown, context: unknown, declaration: FlowMutatorDeclaration): void {
  const decorator = `@${declaration.definition.name}`;
  const metadata = classMetadata(decorator, context);
  if (!isFlowClass(flowClass)) {
    const { name } = flowClass as { readonly name: string };
    const problem = "a class that does not extend FlowSpec";
    throw errors.FLOW_DECORATOR_MISPLACED({ decorator, name, problem, wanted: "class" });
  }
  metadataSlot<FlowMutatorDeclaration[]>(metadata, FLOW_MUTATORS, () => []).push({ ...declaration, core: CORE_COPY });
}

/** The mutators of a class and its bases: base classes first, in each the innermost first. */
export function collectFlowMutators(flowClass: FlowClass): readonly FlowMutatorDeclaration[] {
  const found = lineage(flowClass).flatMap((owner) => declaredOn<FlowMutatorDeclaration[]>(owner, FLOW_MUTATORS) ?? []);
  for (const each of found) expectKnown(each);
  return found;
}

function expectKnown({ definition, core }: StepMutatorDeclaration | FlowMutatorDeclaration): void {
  expectKnownContract(`Mutator '${definition.name}'`, definition.contract, core);
}
