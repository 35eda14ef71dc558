import type {
  FlowDecoratorDeclaration,
  FlowDefinition,
  StepDeclaration,
  StepMutatorDeclaration,
} from "../contracts/flow-definition.js";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import type { Attachment, Attachments } from "./gather-decorators.js";

/** A step as mutators change it. */
export interface StepDraft {
  readonly name: string;
  attachments: Attachment[];
  readonly mutators: StepMutatorDeclaration[];
}

/** A flow as mutators change it: what they did becomes a definition again, or the attachments of a graph. */
export interface FlowDraft {
  readonly definition: FlowDefinition;
  readonly steps: ReadonlyMap<string, StepDraft>;
  /** Those of the flow itself. */
  decorators: readonly FlowDecoratorDeclaration[];
  readonly parameters: Map<string, ParameterDeclaration>;
}

/** A draft with the decorators as they were written. */
export function draftOf(definition: FlowDefinition): FlowDraft {
  return draftWith(definition, ({ decorators, definitions }) =>
    decorators.map((data) => ({ data, definition: definitions[data.name] })),
  );
}

/** A draft with the decorators as they are attached. */
export function draftOfAttached(definition: FlowDefinition, attachments: Attachments): FlowDraft {
  return draftWith(definition, ({ name }) => [...(attachments.get(name) ?? [])]);
}

/** The definition after `preMutate`. */
export function definitionOf({ definition, steps, decorators: ofFlow, parameters }: FlowDraft): FlowDefinition {
  const changed = Object.values(definition.steps).map((step): readonly [string, StepDeclaration] => {
    const { attachments, mutators } = steps.get(step.name) ?? { attachments: [], mutators: [] };
    const known = attachments.flatMap((each) =>
      each.definition === undefined ? [] : [[each.data.name, each.definition] as const],
    );
    const decorators = attachments.map(({ data }) => data);
    return [step.name, { ...step, decorators, definitions: Object.fromEntries(known), mutators }];
  });
  return {
    ...definition,
    steps: Object.fromEntries(changed),
    decorators: ofFlow,
    parameters: Object.fromEntries(parameters),
  };
}

/** The attachments after `mutate`. */
export function attachmentsOf({ steps }: FlowDraft): Attachments {
  return new Map([...steps].map(([name, { attachments }]) => [name, attachments]));
}

function draftWith(definition: FlowDefinition, attached: (step: StepDeclaration) => Attachment[]): FlowDraft {
  const steps = Object.values(definition.steps).map((step): readonly [string, StepDraft] => [
    step.name,
    { name: step.name, attachments: attached(step), mutators: [...step.mutators] },
  ]);
  const { decorators, parameters } = definition;
  return { definition, steps: new Map(steps), decorators, parameters: new Map(Object.entries(parameters)) };
}
