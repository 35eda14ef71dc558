/** Decorators that say which artifacts they read and set stand only where the flow has these. */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RunningTask } from "../../src/contracts/step-decorator.js";
import { defineStepDecorator } from "../../src/decorators/define-step-decorator.js";
import { stepDecorator } from "../../src/decorators/step-decorator.js";
import { FlowSpec } from "../../src/flow/flow-spec.js";
import { step } from "../../src/flow/step.js";
import { definePlugin } from "../../src/registry/define-plugin.js";

interface Timed {
  took: number;
}

declare const options: StandardSchemaV1<{ unit?: "ms" | "s" }, { unit: "ms" | "s" }>;

const timed = stepDecorator(async function* timed(task: RunningTask<Timed>, { factor = 1 }: { factor?: number }) {
  yield;
  task.instance.took = factor;
  // @ts-expect-error: it is a number
  task.instance.took = "long";
  // @ts-expect-error: nobody said that it is there
  task.instance.other = 1;
});

const checked = stepDecorator(
  async function* checked(task: RunningTask<Timed>, { unit }) {
    yield;
    task.instance.took = unit === "s" ? 1000 : 1;
  },
  { options },
);

const object = defineStepDecorator({
  name: "object",
  contract: 1,
  options,
  async wrap({ unit }, task: RunningTask<Timed>, proceed) {
    await proceed((flow) => {
      flow.took = 1;
    });
    task.instance.took = unit.length;
  },
  fallback: (_options, { instance }) => {
    instance.took = 0;
    return { foreach: [1, 2] };
  },
});

const replacing = stepDecorator(async function* replacing(task: RunningTask<Timed>) {
  yield (flow) => {
    flow.took = 1;
  };
  return { condition: "a" };
});

class HasIt extends FlowSpec {
  took!: number;
  @timed @step one() {}
  @timed({ factor: 2 }) @step two() {}
  @checked({ unit: "s" }) @step three() {}
  @object @step four() {}
  @object({ unit: "ms" }) @step async five(item: { name: string }) {}
  @replacing @step six() {}
}

class LacksIt extends FlowSpec {
  // @ts-expect-error: the flow has no artifact 'took'
  @timed @step one() {}
  // @ts-expect-error: the flow has no artifact 'took'
  @timed({ factor: 2 }) @step two() {}
  // @ts-expect-error: the flow has no artifact 'took'
  @object({ unit: "ms" }) @step three() {}
}

class HasAnother extends FlowSpec {
  took!: string;
  // @ts-expect-error: its 'took' is text
  @timed @step one() {}
}

// @ts-expect-error: steps cannot be chosen, only what their transition takes
stepDecorator(async function* wrong() {
  yield;
  return { target: "end" };
});

/** Lists of decorators take all of them. */
definePlugin({ name: "acme", decorators: [timed, checked, object].map(({ definition }) => definition) });
definePlugin({ name: "acme", decorators: [timed.definition, object.definition] });

export const flows: readonly (new () => object)[] = [HasIt, LacksIt, HasAnother];
