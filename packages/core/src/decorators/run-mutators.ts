import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowMutator, MutableFlow, MutableStep, StepMutator } from "../contracts/mutators.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { checkSchema } from "../util/check-schema.js";
import { attachmentsOf, definitionOf, draftOf, draftOfAttached, type FlowDraft } from "./flow-draft.js";
import type { Attachments } from "./gather-decorators.js";
import { mutableFlow } from "./mutable-flow.js";
import type { FindDecorator, Mutation } from "./mutation.js";

/** Whether any mutator has a say. */
export function hasMutators({ mutators, steps }: FlowDefinition): boolean {
  return mutators.length > 0 || Object.values(steps).some((step) => step.mutators.length > 0);
}

/**
 * Runs the `preMutate` hooks: those of the flow, and then those of its steps.
 *
 * @throws MUTATOR_FAILED, MUTATOR_REFUSED, and what adding a decorator throws
 */
export async function preMutate(definition: FlowDefinition, find: FindDecorator): Promise<FlowDefinition> {
  if (!hasMutators(definition)) return definition;
  const draft = draftOf(definition);
  await runAll(draft, "preMutate", find);
  return definitionOf(draft);
}

/** Runs the `mutate` hooks in the same order, over the decorators that are attached. Throws what {@link preMutate} throws. */
export async function mutate(
  definition: FlowDefinition,
  attachments: Attachments,
  find: FindDecorator,
): Promise<Attachments> {
  if (!hasMutators(definition)) return attachments;
  const draft = draftOfAttached(definition, attachments);
  await runAll(draft, "mutate", find);
  return attachmentsOf(draft);
}

async function runAll(draft: FlowDraft, phase: Mutation["phase"], find: FindDecorator): Promise<void> {
  const { name: flow, mutators } = draft.definition;
  for (const { definition, options } of mutators) {
    const run = (mutable: MutableFlow, checked: unknown) => definition[phase]?.(checked, mutable);
    await runOne({ draft, phase, find }, definition, options, `flow ${flow}`, run);
  }
  const done = new Set<unknown>();
  // Mutators may give a step further ones, also a step whose turn is over.
  for (let isDone = false; !isDone; ) {
    isDone = true;
    for (const step of draft.steps.values()) {
      for (const declaration of step.mutators) {
        if (done.has(declaration)) continue;
        done.add(declaration);
        isDone = false;
        const { definition, options } = declaration;
        const run = (flowOf: MutableFlow, checked: unknown) =>
          definition[phase]?.(checked, flowOf.step(step.name) as MutableStep);
        await runOne({ draft, phase, find }, definition, options, `step '${step.name}'`, run);
      }
    }
  }
}

async function runOne(
  base: Pick<Mutation, "draft" | "phase" | "find">,
  { name: mutator, options: schema, adds = [] }: FlowMutator | StepMutator,
  given: unknown,
  target: string,
  run: (flow: MutableFlow, options: unknown) => void | Promise<void>,
): Promise<void> {
  const checked = checkSchema(schema, given);
  if ("problems" in checked) throw errors.MUTATOR_OPTIONS_INVALID({ mutator, target, problems: checked.problems });
  const mutation: Mutation = { ...base, mutator, adds, pending: [], isOver: false };
  try {
    await run(mutableFlow(mutation), checked.value);
    await Promise.all(mutation.pending);
  } catch (cause) {
    if (isMetaflowError(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw errors.MUTATOR_FAILED({ mutator, target, hook: base.phase, reason }, { cause });
  } finally {
    mutation.isOver = true;
  }
}
