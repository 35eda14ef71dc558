import type { StandardSchemaV1 } from "@standard-schema/spec";
import { expect, it } from "vitest";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { validateOptions } from "./validate-options.js";

function checked(validate: (value: unknown) => unknown, attributes: unknown = {}): unknown {
  const options = { "~standard": { version: 1, vendor: "test", validate } } as StandardSchemaV1<unknown, unknown>;
  const decorator: StepDecorator = { name: "deco", contract: 1, options };
  return validateOptions(decorator, attributes, { owner: { step: "train" } });
}

it("gives what the schema made of them", () => {
  expect(checked((value) => ({ value: { ...(value as object), times: 3 } }), { delay: 1 })).toEqual({
    delay: 1,
    times: 3,
  });
});

it("names decorator, step and every option that is wrong", () => {
  const issues = [
    { message: "no number", path: ["times"] },
    { message: "too long", path: [{ key: "list" }, 2] },
  ];
  expect(() => checked(() => ({ issues }))).toThrow(
    "Decorator 'deco' of step 'train' has options that it cannot take: times: no number; list.2: too long.",
  );
  expect(() => checked(() => ({ issues: [{ message: "all wrong" }] }))).toThrow("it cannot take: all wrong.");
});

it("refuses a schema that answers later, and one that fails", () => {
  expect(() => checked(() => Promise.resolve({ value: {} }))).toThrow("must answer at once");
  const broken = (): never => {
    throw new Error("oops");
  };
  expect(() => checked(broken)).toThrow("its schema failed: oops");
});

const circle: Record<string, unknown> = {};
circle.self = circle;

it.each([
  [{ on: new Date(0) }, "on: it has to be JSON data, and is a Date"],
  [{ run: () => {} }, "run: it has to be JSON data, and is a value of type function"],
  [{ list: [1, { at: Number.NaN }] }, "list.1.at: it has to be JSON data, and is NaN"],
  [{ list: [undefined] }, "list.0: it has to be JSON data, and is a value of type undefined"],
  [{ size: 3n }, "size: it has to be JSON data, and is a value of type bigint"],
  [circle, "self.self"],
  ["text", null],
  [{ nothing: null, left: undefined, deep: { list: [1, "a", true, Object.create(null)] } }, null],
])("%o", (value, problem) => {
  if (problem === null) expect(checked(() => ({ value }))).toBe(value);
  else expect(() => checked(() => ({ value }))).toThrow(problem);
});
