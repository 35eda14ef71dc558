import type { FlowDecoratorDeclaration } from "../contracts/flow-definition.js";
import type { AddedParameter, MutableFlow, MutableStep } from "../contracts/mutators.js";
import { declareParameter } from "../params/declare-parameters.js";
import { comparableOption } from "../params/reserved-options.js";
import type { FlowDraft } from "./flow-draft.js";
import { mutableDecorators, shown } from "./mutable-decorators.js";
import { mutableStep } from "./mutable-step.js";
import { asker, expectOpen, type Mutation, refusal } from "./mutation.js";

/** The flow as a mutator sees it. */
export function mutableFlow(mutation: Mutation): MutableFlow {
  const { draft } = mutation;
  const steps = (): readonly MutableStep[] =>
    [...draft.steps.values()].map((step) => mutableStep(mutation, step, flow));
  const members = mutableDecorators(mutation, {
    name: draft.definition.name,
    label: "the flow",
    kind: "flow decorator",
    list: () => draft.decorators,
    replace(list) {
      draft.decorators = list as readonly FlowDecoratorDeclaration[];
    },
    find: (name) => mutation.find.flow(name, asker(mutation)),
    finish: (data, definition) => ({ data, definition }),
    expectChangeable: () => expectFlowPhase(mutation, "decorators"),
    addOther(added) {
      throw refusal(mutation, `a ${added.kind} is added to a step, not to the flow`);
    },
  });
  const flow: MutableFlow = {
    ...members,
    configs: {},
    get decorators() {
      return draft.decorators.map(({ data }) => shown(data));
    },
    get steps() {
      return steps();
    },
    step(name) {
      const found = steps().find((step) => step.name === name);
      if (found !== undefined) return found;
      throw refusal(mutation, `there is no step '${name}'; there are ${[...draft.steps.keys()].join(", ")}`);
    },
    get parameters() {
      return [...draft.parameters.values()];
    },
    addParameter(name, parameter, { overwrite = false } = {}) {
      expectFlowPhase(mutation, "parameters");
      if (draft.parameters.has(name) && !overwrite) return false;
      draft.parameters.set(name, { ...checkedParameter(mutation, name, parameter), insertedBy: mutation.mutator });
      return true;
    },
    removeParameter(name) {
      expectFlowPhase(mutation, "parameters");
      return draft.parameters.delete(name);
    },
  };
  return flow;
}

/** @throws MUTATOR_REFUSED where what belongs to the flow itself is fixed already */
function expectFlowPhase(mutation: Mutation, what: string): void {
  expectOpen(mutation);
  if (mutation.phase !== "preMutate") throw refusal(mutation, `${what} of the flow can be changed in preMutate only`);
}

function checkedParameter(mutation: Mutation, name: string, { default: initial, option, ...rest }: AddedParameter) {
  const problem = nameProblem(mutation.draft, name);
  if (problem !== null) throw refusal(mutation, problem);
  const options = option === undefined ? rest : { ...rest, name: option };
  const { parameter, problems } = declareParameter(name, options, initial);
  const [first] = problems;
  if (first !== undefined) throw refusal(mutation, `the parameter '${name}' is not well declared: ${first.message}`);
  const comparable = comparableOption(parameter.option);
  const twin = [...mutation.draft.parameters.values()].find(
    (other) => other.field !== name && comparableOption(other.option) === comparable,
  );
  if (twin === undefined) return parameter;
  throw refusal(mutation, `the parameters '${twin.field}' and '${name}' have the same option --${parameter.option}`);
}

/** Why an instance of the flow cannot have a parameter of this name, or null. */
function nameProblem({ definition }: FlowDraft, name: string): string | null {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `'${name}' cannot be the name of a parameter`;
  if (name in definition.flowClass.prototype) return `'${name}' is a method of the flow, and cannot be a parameter`;
  return null;
}
