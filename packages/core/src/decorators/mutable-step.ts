import type { MutableFlow, MutableStep } from "../contracts/mutators.js";
import type { StepDraft } from "./flow-draft.js";
import { withOptions } from "./gather-decorators.js";
import { mutableDecorators, shown } from "./mutable-decorators.js";
import { asker, type Mutation, refusal } from "./mutation.js";

/** The step as a mutator sees it. */
export function mutableStep(mutation: Mutation, step: StepDraft, flow: MutableFlow): MutableStep {
  const members = mutableDecorators(mutation, {
    name: step.name,
    label: `step '${step.name}'`,
    kind: "step decorator",
    list: () => step.attachments,
    replace(list) {
      step.attachments = [...list];
    },
    find: (name) => mutation.find.step(name, asker(mutation)),
    // Options that are added before are checked with those of the source.
    finish: (data, definition) =>
      mutation.phase === "preMutate"
        ? { data, definition }
        : withOptions(data, definition, { name: step.name, source: null }),
    expectChangeable: () => {},
    addOther(added, options) {
      if (added.kind !== "step mutator") {
        throw refusal(mutation, `a ${added.kind} cannot be added to step '${step.name}'`);
      }
      if (mutation.phase !== "preMutate") throw refusal(mutation, "mutators can be added in preMutate only");
      if (step.mutators.some(({ definition }) => definition.name === added.definition.name)) return false;
      step.mutators.push({ definition: added.definition, options });
      return true;
    },
  });
  return {
    ...members,
    flow,
    get decorators() {
      return step.attachments.map(({ data }) => shown(data));
    },
  };
}
