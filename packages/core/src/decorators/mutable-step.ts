import { isDeepStrictEqual } from "node:util";
import type { Addable, AddSettings, MutableFlow, MutableStep } from "../contracts/mutators.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { StepDraft } from "./flow-draft.js";
import { type Attachment, withOptions } from "./gather-decorators.js";
import { expectListed, expectOpen, type Mutation, refusal } from "./mutation.js";
import { parseDecoratorSpec } from "./parse-spec.js";

type Options = Readonly<Record<string, unknown>>;

/** The step as a mutator sees it. */
export function mutableStep(mutation: Mutation, step: StepDraft, flow: MutableFlow): MutableStep {
  const add = (added: Addable | string, options?: Options, settings: AddSettings = {}): unknown => {
    expectOpen(mutation);
    if (typeof added !== "string") return addListed(mutation, step, added, options, settings);
    const adding = addNamed(mutation, step, added, options, settings);
    // Who does not wait for it gets its error all the same, when the hook has ended.
    adding.catch(() => {});
    mutation.pending.push(adding);
    return adding;
  };
  return {
    name: step.name,
    flow,
    get decorators() {
      return step.attachments.map(({ data }) => data);
    },
    hasDecorator: (name) => step.attachments.some((each) => isCalled(each, name)),
    addDecorator: add as MutableStep["addDecorator"],
    removeDecorator(name, options) {
      expectOpen(mutation);
      const kept = step.attachments.filter(
        (each) => !isCalled(each, name) || (options !== undefined && !isDeepStrictEqual(each.data.attributes, options)),
      );
      const isRemoved = kept.length < step.attachments.length;
      step.attachments = kept;
      return isRemoved;
    },
  };
}

function isCalled({ data, definition }: Attachment, name: string): boolean {
  return data.name === name || definition?.aliases?.includes(name) === true;
}

function addListed(
  mutation: Mutation,
  step: StepDraft,
  added: Addable,
  options: Options = {},
  settings: AddSettings,
): boolean {
  expectListed(mutation, added);
  if (added.kind === "step decorator") return place(mutation, step, added.definition, options, settings);
  if (added.kind !== "step mutator") throw refusal(mutation, `a ${added.kind} cannot be added to step '${step.name}'`);
  if (mutation.phase !== "preMutate") throw refusal(mutation, "mutators can be added in preMutate only");
  if (step.mutators.some(({ definition }) => definition.name === added.definition.name)) return false;
  step.mutators.push({ definition: added.definition, options });
  return true;
}

async function addNamed(
  mutation: Mutation,
  step: StepDraft,
  spec: string,
  options: Options | undefined,
  settings: AddSettings,
): Promise<boolean> {
  const { name, attributes } = parseDecoratorSpec(spec, mutation.mutator);
  if (options !== undefined && Object.keys(attributes).length > 0) {
    throw refusal(mutation, `it gives options of '${name}' twice: in '${spec}' and beside it`);
  }
  const listed = mutation.adds.find((each) => each.kind === "step decorator" && each.definition.name === name);
  const definition = (listed?.definition as StepDecorator | undefined) ?? (await mutation.find(name));
  return place(mutation, step, definition, options ?? attributes, settings);
}

function place(
  mutation: Mutation,
  step: StepDraft,
  definition: StepDecorator,
  attributes: Options,
  { duplicates = "ignore" }: AddSettings,
): boolean {
  const { name } = definition;
  const data = { name, attributes, staticallyDefined: false, insertedBy: mutation.mutator };
  // Options that are added before are checked with those of the source.
  const added = mutation.phase === "preMutate" ? { data, definition } : withOptions(data, definition, step.name);
  const others = step.attachments.filter((each) => each.data.name !== name);
  const isThere = definition.repeatable !== true && others.length < step.attachments.length;
  if (isThere && duplicates === "ignore") return false;
  if (isThere && duplicates === "error") {
    throw refusal(mutation, `step '${step.name}' has '${name}' already`);
  }
  step.attachments = [...(isThere ? others : step.attachments), added];
  return true;
}
