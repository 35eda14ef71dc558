/** What mutators may add and change, and where they may stand. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineFlowMutator, defineStepMutator } from "../../src/decorators/define-mutator.js";
import { defineStepDecorator } from "../../src/decorators/define-step-decorator.js";
import { FlowSpec } from "../../src/flow/flow-spec.js";
import { step } from "../../src/flow/step.js";

declare function schema<Input, Output = Input>(): StandardSchemaV1<Input, Output>;

const retry = defineStepDecorator({ name: "retry", contract: 1, options: schema<{ times?: number }>() });
const strict = defineStepDecorator({ name: "strict", contract: 1, options: schema<{ level: "low" | "high" }>() });

const plain = defineStepMutator({
  name: "plain",
  contract: 1,
  options: schema<{ times?: number }, { times: number }>(),
  mutate({ times }, mutable) {
    times.toFixed();
    const names: readonly string[] = mutable.decorators.map(({ name }) => name);
    if (mutable.hasDecorator("retry") && names.length > 1) mutable.removeDecorator("retry", { times: 1 });
    // @ts-expect-error: it is not listed
    mutable.addDecorator(retry, { times });
  },
});

const patient = defineStepMutator({
  name: "patient",
  contract: 1,
  options: schema<{ level: "low" | "high" }>(),
  adds: [retry, strict, plain],
  async preMutate({ level }, mutable) {
    mutable.addDecorator(retry);
    mutable.addDecorator(retry, { times: 3 }, { duplicates: "override" });
    mutable.addDecorator(strict, { level });
    mutable.addDecorator(plain, { times: 1 });
    const added: boolean = await mutable.addDecorator("timeout:minutes=3");
    await mutable.addDecorator("timeout", { minutes: added ? 3 : 4 }, { duplicates: "error" });
    // @ts-expect-error: its options are required
    mutable.addDecorator(strict);
    // @ts-expect-error: no such level
    mutable.addDecorator(strict, { level: "middle" });
    // @ts-expect-error: misspelt
    mutable.addDecorator(retry, { tims: 3 });
    // @ts-expect-error: no such setting
    mutable.addDecorator(retry, { times: 3 }, { duplicates: "keep" });
    // @ts-expect-error: a step has no parameters
    mutable.addParameter("alpha", { default: 1 });
    // @ts-expect-error: what it has is to be read
    mutable.decorators.push();
  },
});

const team = defineFlowMutator({
  name: "team",
  contract: 1,
  options: schema<{ name?: string }>(),
  adds: [retry],
  preMutate(_options, flow) {
    flow.addParameter("alpha", { default: 0.1, help: "rate" });
    flow.addParameter("mode", { choices: ["a", "b"], required: true, option: "the-mode" }, { overwrite: true });
    const removed: boolean = flow.removeParameter("beta");
    for (const each of flow.steps) each.addDecorator(retry, { times: removed ? 1 : 2 });
    flow.step("start").addDecorator(retry);
    flow.configs.anything satisfies unknown;
    // @ts-expect-error: no such type
    flow.addParameter("gamma", { type: "date" });
    // @ts-expect-error: it is not listed
    flow.step("start").addDecorator(strict, { level: "low" });
  },
});

defineStepMutator({
  name: "wrong",
  contract: 1,
  options: schema(),
  // @ts-expect-error: no such hook
  preMutates() {},
});

@team
class One extends FlowSpec {
  @patient({ level: "low" })
  @step
  start() {}

  @plain @step bare() {}
  // @ts-expect-error: its options are required
  @patient @step required() {}
  // @ts-expect-error: it is for flows
  @team @step end() {}
}

@team({ name: "fraud" })
class Two extends FlowSpec {}

// @ts-expect-error: it is for steps
@plain
class Three extends FlowSpec {}

// @ts-expect-error: not a flow
@team
class Four {}

export const classes: readonly (new () => object)[] = [One, Two, Three, Four];
