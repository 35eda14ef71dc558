// biome-ignore-all lint/correctness/noUnusedPrivateClassMembers: refused, used or not
/** Where `@step` and `@parameter` may stand, and what they take. */
import { FlowSpec } from "../../src/flow/flow-spec.js";
import type { Inputs } from "../../src/flow/inputs.js";
import { step } from "../../src/flow/step.js";
import { attachDecorator } from "../../src/flow/step-metadata.js";
import { parameter } from "../../src/params/parameter.js";

/** What a decorator package writes. */
function retry(options: { times: number }) {
  return (_method: unknown, context: ClassMethodDecoratorContext) =>
    attachDecorator(context, { name: "retry", attributes: options, staticallyDefined: true, insertedBy: null });
}

class Steps extends FlowSpec {
  @step start() {}
  @step() withParentheses() {}
  @step({ start: true, end: true, nodeInfo: { owner: "me", shown: true } }) withOptions() {}
  @step async waits() {}
  @step item(item: { name: string }) {}
  @step join(inputs: Inputs<Steps>) {}
  @step fails(): never {
    throw new Error("never returns");
  }
  @retry({ times: 3 }) @step above() {}
  @step @retry({ times: 3 }) below() {}
  @step protected shared() {}

  // @ts-expect-error: misspelt
  @step({ begin: true }) misspelt() {}
  // @ts-expect-error: a step is a method
  @step field = 1;
  // @ts-expect-error: a step is a method
  @step get getter() {
    return 1;
  }
  // @ts-expect-error: a step is a method of an instance
  @step static ofTheClass() {}
  // @ts-expect-error: a step has a name that others can see
  @step #hidden() {}
  // @ts-expect-error: a step has a name that can be written
  @step [Symbol.iterator]() {}
  // @ts-expect-error: a step takes one value at most
  @step two(first: string, second: number) {}
  // @ts-expect-error: a step hands on artifacts, it returns nothing
  @step result() {
    return 1;
  }
  // @ts-expect-error: a step hands on artifacts, it returns nothing
  @step async promised() {
    return 1;
  }
}

class NoFlow {
  // @ts-expect-error: steps are methods of a flow
  @step start() {}
}

class Parameters extends FlowSpec {
  @parameter bare = 1;
  @parameter() plain = 0.01;
  @parameter({ help: "Learning rate", name: "lr" }) readonly alpha = 0.01;
  @parameter() readonly beta: number = 0.01;
  @parameter({ choices: ["fast", "exact"] }) mode: "fast" | "exact" = "fast";
  @parameter({ choices: ["fast", "exact"] }) wider: string = "fast";
  @parameter({ choices: ["fast", "exact"] }) optional?: "fast" | "exact";
  @parameter({ type: "number" }) count?: number;
  @parameter({ type: "number", required: true }) needed!: number;
  @parameter({ required: true }) text!: string;
  @parameter({ type: "boolean" }) flag?: boolean;
  @parameter({ type: "json" }) config?: { depth: number };
  @parameter() list = [1, 2];

  // @ts-expect-error: misspelt
  @parameter({ halp: "Learning rate" }) misspelt = 1;
  // @ts-expect-error: a choice that the field cannot hold
  @parameter({ choices: ["fast", "slow"] }) narrow: "fast" | "exact" = "fast";
  // @ts-expect-error: choices are strings
  @parameter({ choices: [1, 2] }) numbers = 1;
  // @ts-expect-error: a number does not fit
  @parameter({ type: "number" }) wrong?: string;
  // @ts-expect-error: without `type` the value would be a string
  @parameter({ required: true }) untold!: number;
  // @ts-expect-error: there is no such type
  @parameter({ type: "date" }) date?: Date;
  // @ts-expect-error: a parameter is a field
  @parameter() method() {}
  // @ts-expect-error: a parameter is a field of an instance
  @parameter() static ofTheClass = 1;
  // @ts-expect-error: a parameter has a name that others can see
  @parameter() #hidden = 1;

  @step start() {
    const rate: number = this.alpha;
    this.plain = rate;
    // @ts-expect-error: a parameter that is `readonly` is not assigned
    this.alpha = 0.5;
    // @ts-expect-error: the same, with a type that could
    this.beta = 0.5;
  }
}

// @ts-expect-error: FlowSpec is what flows extend
new FlowSpec();

export const flows: readonly (new () => object)[] = [Steps, NoFlow, Parameters];
