import { expect, test } from "vitest";
import { parameter } from "../params/parameter.js";
import { FlowSpec } from "./flow-spec.js";
import { step } from "./step.js";

// What the types forbid, plain JavaScript can do all the same.
type Untyped = (...args: unknown[]) => never;
const untypedStep = step as unknown as Untyped;
const calledStep = step({}) as unknown as Untyped;
const untypedParameter = parameter as unknown as Untyped;
const calledParameter = parameter({}) as unknown as Untyped;

test.each([
  [
    "a field",
    () =>
      class A extends FlowSpec {
        @untypedStep start = 1;
      },
    "@step cannot be used on 'start': it is a field, not a method.",
  ],
  [
    "a getter",
    () =>
      class A extends FlowSpec {
        @calledStep get start() {
          return 1;
        }
      },
    "@step cannot be used on 'start': it is a getter, not a method.",
  ],
  [
    "a class",
    () => {
      @untypedStep
      class A extends FlowSpec {}
      return A;
    },
    "@step cannot be used on 'A': it is a class, not a method.",
  ],
  [
    "a static method",
    () =>
      class A extends FlowSpec {
        @untypedStep static start() {}
      },
    "@step cannot be used on 'start': it is a static method.",
  ],
  [
    "a private method",
    () =>
      class A extends FlowSpec {
        @untypedStep #start() {}
        run = () => this.#start();
      },
    "@step cannot be used on '#start': it is a private method.",
  ],
  [
    "a method named by a symbol",
    () =>
      class A extends FlowSpec {
        @untypedStep [Symbol.iterator]() {}
      },
    "@step cannot be used on 'Symbol(Symbol.iterator)': it is a method that is named by a symbol.",
  ],
  [
    "a step",
    () =>
      class A extends FlowSpec {
        @step @step() start() {}
      },
    "Step 'start' has @step twice.",
  ],
  [
    "a method, as a parameter",
    () =>
      class A extends FlowSpec {
        @calledParameter alpha() {}
      },
    "@parameter cannot be used on 'alpha': it is a method, not a field.",
  ],
])("%s is refused while the class is defined", (_what, act, message) => {
  expect(act).toThrow(expect.objectContaining({ code: expect.stringMatching(/^MF_FLOW_/), message }));
});

test("TypeScript's old decorators are recognised", () => {
  const descriptor = { value: () => {} };
  const legacy = expect.objectContaining({
    code: "MF_FLOW_DECORATOR_LEGACY",
    fix: expect.stringContaining('Remove "experimentalDecorators"'),
  });
  expect(() => untypedStep({}, "start", descriptor)).toThrow(legacy);
  expect(() => calledStep({}, "start", descriptor)).toThrow(legacy);
  expect(() => untypedParameter({}, "alpha")).toThrow(legacy);
  expect(() => calledParameter({}, "alpha")).toThrow(legacy);
});

test("code that was compiled without decorator metadata is recognised", () => {
  const context = { kind: "method", name: "start", static: false, private: false };
  expect(() => untypedStep(() => {}, context)).toThrow(
    expect.objectContaining({ code: "MF_FLOW_DECORATOR_NO_METADATA" }),
  );
});
