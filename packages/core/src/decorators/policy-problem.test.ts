import { expect, it } from "vitest";
import { policyProblem } from "./policy-problem.js";

const retry = { times: 1, platformTimes: 0, delayMs: 0, factor: 1, maxDelayMs: 10, jitter: 0.5 };

it.each([{}, { retry }, { timeLimitMs: 1 }, { fallback: true, environment: { A: "" } }, { backend: { name: "x" } }])(
  "%j is understood",
  (policy) => expect(policyProblem(policy)).toBeNull(),
);

it.each([
  [{ retry: { ...retry, times: "x" } }, "retry.times has to be a whole number from 0"],
  [{ retry: { ...retry, platformTimes: -1 } }, "retry.platformTimes has to be a whole number from 0"],
  [{ retry: { times: 1, platformTimes: 1 } }, "retry.delayMs has to be a number from 0"],
  [{ timeLimitMs: 0 }, "timeLimitMs has to be a number above 0"],
  [{ fallback: "yes" }, "fallback has to be true or false"],
  [{ environment: { A: 1 } }, "environment.A has to be a variable and its text"],
  [{ environment: { "A=B": "1" } }, "environment.A=B has to be a variable and its text"],
])("%j is not: %s", (policy, problem) => expect(policyProblem(policy)).toBe(problem));
