import { expect, it } from "vitest";
import { decorator } from "../testing/decorated-flow.js";
import { checkDefinition, STEP_DECORATOR } from "./check-definition.js";

const good = decorator("good", { check: () => null });

it.each([
  [{}, null],
  [{ aliases: ["fine"], wrap: undefined }, null],
  [{ name: "no name" }, "its name has to be letters"],
  [{ aliases: ["a b"] }, "its aliases have to be a list of names"],
  [{ aliases: "fine" }, "its aliases have to be a list of names"],
  [{ contract: 2 }, "it is written for version 2 of the contract, and this is 1"],
  [{ options: {} }, "its options have to be a Standard Schema"],
  [{ warp: () => {} }, "there is no 'warp' in one; did you mean 'wrap'?"],
  [{ wrap: {} }, "its 'wrap' has to be a function, and is a value of type object"],
  [{ policy: null }, "its 'policy' has to be a function, and is null"],
])("%o: %s", (change, problem) => {
  const made = () => checkDefinition({ ...good, ...change }, STEP_DECORATOR);
  if (problem === null) made();
  else expect(made).toThrow(problem);
});
