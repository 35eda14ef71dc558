import { expect, test } from "vitest";
import { retries } from "../testing/decorated-flow.js";
import { mergePolicies } from "./merge-policies.js";

test("decorators that ask for nothing leave nothing", () => {
  expect(mergePolicies([])).toStrictEqual({});
  expect(mergePolicies([{}, { retry: undefined, fallback: false }])).toStrictEqual({});
});

test("the shorter time, every variable, any fallback, the outermost one's retries", () => {
  const policy = mergePolicies([
    { timeLimitMs: 3000, environment: { A: "outer", B: "2" } },
    { ...retries(3), environment: { A: "inner" } },
    { ...retries(5), timeLimitMs: 1000, fallback: true },
  ]);
  expect(policy).toStrictEqual({
    ...retries(3),
    timeLimitMs: 1000,
    fallback: true,
    environment: { A: "inner", B: "2" },
  });
});
