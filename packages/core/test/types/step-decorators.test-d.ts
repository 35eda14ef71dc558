import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineStepDecorator } from "../../src/decorators/define-step-decorator.js";
import { stepDecorator } from "../../src/decorators/step-decorator.js";
/** What decorators that users write take, and where they may stand. */
import { FlowSpec } from "../../src/flow/flow-spec.js";
import type { Inputs } from "../../src/flow/inputs.js";
import { step } from "../../src/flow/step.js";

declare function schema<Input, Output = Input>(): StandardSchemaV1<Input, Output>;

const plain = stepDecorator(async function* plain({ instance, step, inputs, signal, setCurrent }) {
  const name: string = step;
  const others: readonly object[] | undefined = inputs;
  instance.found = [name, others, signal.aborted];
  setCurrent({});
  yield;
});

const timed = stepDecorator(async function* timed(task, { unit }: { unit: "ms" | "s" }) {
  yield;
  task.instance.took = unit;
});

const softly = stepDecorator(
  async function* (_task, { level = 1 }: { level?: number }) {
    yield;
    level.toFixed();
  },
  { name: "softly", order: -1 },
);

const checked = stepDecorator(
  async function* checked(_task, options) {
    const times: number = options.times;
    times.toFixed();
    yield;
  },
  { options: schema<{ times?: number | string }, { times: number }>() },
);

const object = defineStepDecorator({
  name: "object",
  contract: 1,
  options: schema<{ path: string }, { path: URL }>(),
  check: ({ path }, { step }) => (step.isJoin ? path.href : null),
  wrap: ({ path }, task, proceed) => (task.step === path.href ? undefined : proceed()),
});

class Steps extends FlowSpec {
  @plain @step bare() {}
  @plain() @step withParentheses() {}
  @step @plain async below() {}
  @timed({ unit: "s" }) @step item(item: { name: string }) {}
  @softly @step optional() {}
  @softly({ level: 3 }) @step optionalGiven() {}
  @checked @step join(inputs: Inputs<Steps>) {}
  @checked({ times: "3" }) @step text() {}
  @object({ path: "here" }) @step fails(): never {
    throw new Error("never returns");
  }

  // @ts-expect-error: its options are required
  @timed @step required() {}
  // @ts-expect-error: its options are required
  @timed() @step requiredToo() {}
  // @ts-expect-error: no such unit
  @timed({ unit: "h" }) @step wrongValue() {}
  // @ts-expect-error: misspelt
  @softly({ levl: 3 }) @step misspelt() {}
  // @ts-expect-error: what the schema takes, not what it makes
  @object({ path: new URL("file:///") }) @step output() {}
  // @ts-expect-error: its options are required
  @object @step objectBare() {}
  // @ts-expect-error: a step is a method
  @plain field = 1;
  // @ts-expect-error: a step takes one value at most
  @plain two(first: string, second: number) {}
}

// @ts-expect-error: nothing yields
stepDecorator(async () => {});
// @ts-expect-error: it has to be async
stepDecorator(function* wrong() {
  yield;
});
stepDecorator(
  // @ts-expect-error: a yield gives nothing away
  async function* wrong() {
    yield 3;
  },
);
stepDecorator(
  async function* wrong(_task, options: { other: string }) {
    yield;
  },
  // @ts-expect-error: the schema makes no such options
  { options: schema<{ times: number }>() },
);
// @ts-expect-error: no such setting
stepDecorator(plain, { nam: "x" });

export const flows: readonly (new () => object)[] = [Steps];
