import type { FlowDecorator } from "../contracts/flow-decorator.js";
import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { Addable, FlowMutator, StepMutator } from "../contracts/mutators.js";
import type { StepDecorator } from "../contracts/step-decorator.js";

/** The step decorator of the name, or alias, that the flow's file exports. */
export function exportedDecorator(exports: Readonly<Record<string, unknown>>, name: string): StepDecorator | undefined {
  return Object.values(exports).flatMap((value) => decoratorIn(value as Addable, name) ?? [])[0];
}

/** The step decorator that a mutator of the flow adds by what it is, not by its name. */
export function mutatorsDecorator(declared: Mutating, mutator: string, name: string): StepDecorator | undefined {
  return addedBy(declared, mutator).flatMap((each) => decoratorIn(each, name) ?? [])[0];
}

/** The same for a decorator of the flow itself. */
export function mutatorsFlowDecorator(declared: Mutating, mutator: string, name: string): FlowDecorator | undefined {
  return addedBy(declared, mutator).flatMap((each) =>
    each.kind === "flow decorator" && each.definition.name === name ? [each.definition] : [],
  )[0];
}

/** Where mutators are declared. */
type Mutating = Pick<FlowDefinition, "mutators" | "steps">;

function addedBy({ mutators, steps }: Mutating, mutator: string): readonly Addable[] {
  const ofSteps = Object.values(steps).flatMap((step) => step.mutators.map(({ definition }) => definition));
  const all = withAdded([...mutators.map(({ definition }) => definition), ...ofSteps]);
  return all.filter((each) => each.name === mutator).flatMap(({ adds = [] }) => adds as readonly Addable[]);
}

type Mutator = FlowMutator | StepMutator;

/** With the mutators that they may add, and those that these may. */
function withAdded(mutators: readonly Mutator[]): readonly Mutator[] {
  const found = new Set(mutators);
  for (const { adds = [] } of found) {
    for (const added of adds) if (added.kind === "step mutator") found.add(added.definition as StepMutator);
  }
  return [...found];
}

/** By its shape: it may come from another copy of core. */
function decoratorIn(value: Partial<Addable> | null | undefined, name: string): StepDecorator | undefined {
  if (value?.kind !== "step decorator") return undefined;
  const definition = value.definition as StepDecorator | undefined;
  return definition?.name === name || definition?.aliases?.includes(name) === true ? definition : undefined;
}
