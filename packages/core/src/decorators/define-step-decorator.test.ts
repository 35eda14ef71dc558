import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import type { FlowClass } from "../contracts/flow-definition.js";
import { FlowSpec } from "../flow/flow-spec.js";
import { step } from "../flow/step.js";
import { collectSteps } from "../flow/step-metadata.js";
import { defineStepDecorator } from "./define-step-decorator.js";

const options: StandardSchemaV1<{ times?: number }, { times: number }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => ({ value: { times: 3, ...(value as object) } }),
  },
};
const again = defineStepDecorator({ name: "again", contract: 1, options });
const other = defineStepDecorator({ name: "other", contract: 1, options });

const attachedTo = (flow: FlowClass, name: string): unknown => collectSteps(flow)[name]?.decorators;

it("attaches its data and its definition, with parentheses or without, above @step or below, in source order", () => {
  class Flow extends FlowSpec {
    @again @step start() {}
    @step @other() @again({ times: 5 }) work() {}
  }
  const data = { staticallyDefined: true, insertedBy: null };
  expect(attachedTo(Flow, "start")).toEqual([{ ...data, name: "again", attributes: {} }]);
  expect(attachedTo(Flow, "work")).toEqual([
    { ...data, name: "other", attributes: {} },
    { ...data, name: "again", attributes: { times: 5 } },
  ]);
  expect(collectSteps(Flow).work?.definitions).toEqual({ again: again.definition, other: other.definition });
});

it("is refused on a method that is no step, and in the way of old decorators", () => {
  class Flow extends FlowSpec {
    @again helper() {}
  }
  expect(() => collectSteps(Flow)).toThrow("@again is on 'helper', which is no step.");
  const old = again() as unknown as (target: object, name: string) => void;
  expect(() => old({}, "start")).toThrow("in the way of TypeScript's old decorators");
});

describe("a definition is refused", () => {
  const good = { name: "again", contract: 1, options } as const;
  it.each([
    [{ name: "" }, "its name has to be letters"],
    [{ name: "two words" }, "its name has to be letters"],
    [{ name: undefined }, "its name has to be letters"],
    [{ contract: 2 }, "it is written for version 2 of the contract, and this is 1"],
    [{ options: {} }, "its options have to be a Standard Schema"],
    [{ options: undefined }, "its options have to be a Standard Schema"],
  ])("with %o", (change, problem) => {
    const define = defineStepDecorator as (definition: object) => unknown;
    expect(() => define({ ...good, ...change })).toThrow(
      expect.objectContaining({ code: "MF_DECORATOR_INVALID", message: expect.stringContaining(problem) }),
    );
  });
});
