import fc from "fast-check";
import { expect, test } from "vitest";
import type { RetryPolicy, StepPolicy } from "../contracts/step-policy.js";
import { retries } from "../testing/decorated-flow.js";
import { type AfterFailure, afterFailure } from "./after-failure.js";

const policies: fc.Arbitrary<RetryPolicy> = fc.record({
  times: fc.nat(6),
  platformTimes: fc.nat(6),
  delayMs: fc.oneof(fc.constant(0), fc.nat(100_000)),
  factor: fc.oneof(fc.constant(1), fc.double({ min: 0.1, max: 1e9, noNaN: true })),
  maxDelayMs: fc.nat(1_000_000),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** What follows each of the failures, in order, until the task is given up. */
function followed(policy: StepPolicy, failures: readonly boolean[], chance = 0): readonly AfterFailure[] {
  const after: AfterFailure[] = [];
  const count = { own: 0, platform: 0 };
  for (const isPlatform of failures) {
    count[isPlatform ? "platform" : "own"] += 1;
    const next = afterFailure(policy, count, isPlatform, chance);
    after.push(next);
    if (next.kind !== "retry") break;
  }
  return after;
}

test("there are never more attempts than allowed, with budgets of their own for the code and its place", () => {
  const failures = fc.array(fc.boolean(), { minLength: 14, maxLength: 20 });
  fc.assert(
    fc.property(policies, failures, fc.boolean(), (retry, kinds, fallback) => {
      const after = followed({ retry, fallback }, kinds);
      const last = after.at(-1);
      expect(last?.kind).toBe(fallback ? "fallback" : "fail");
      // Whoever fails first beyond its budget ends it; the other budget plays no part.
      const isPlatform = kinds[after.length - 1] === true;
      const own = kinds.slice(0, after.length).filter((kind) => kind === isPlatform).length;
      expect(own).toBe((isPlatform ? retry.platformTimes : retry.times) + 1);
      expect(after.length - 1).toBeLessThanOrEqual(retry.times + retry.platformTimes);
    }),
  );
});

test("delays are whole milliseconds, never longer than the limit, never shorter than the jitter allows", () => {
  fc.assert(
    fc.property(
      policies,
      fc.integer({ min: 1, max: 5000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (given, used, chance) => {
        const retry = { ...given, times: used };
        const after = afterFailure({ retry }, { own: used, platform: 0 }, false, chance);
        if (after.kind !== "retry") throw new Error("There is one left.");
        const full = Math.min(retry.maxDelayMs, retry.delayMs * Math.min(retry.factor ** (used - 1), Number.MAX_VALUE));
        expect(Number.isSafeInteger(after.delayMs)).toBe(true);
        expect(after.delayMs).toBeLessThanOrEqual(retry.maxDelayMs);
        expect(after.delayMs).toBeGreaterThanOrEqual(Math.floor(full * (1 - retry.jitter)));
        expect(after.delayMs).toBeLessThanOrEqual(Math.ceil(full));
      },
    ),
  );
});

test("each delay is the one before times the factor", () => {
  const policy = retries(5, { delayMs: 100, factor: 2, maxDelayMs: 1000 });
  const delays = followed(policy, new Array(6).fill(false)).map((after) =>
    after.kind === "retry" ? after.delayMs : after.kind,
  );
  expect(delays).toEqual([100, 200, 400, 800, 1000, "fail"]);
});

test.each([
  [0, 0.7, 1000],
  [0.2, 0, 1000],
  [0.2, 0.5, 900],
  [0.2, 1, 800],
  [1, 0.25, 750],
  [1, 1, 0],
])("with jitter %d and chance %d a delay of 1000 is %d, also at its longest", (jitter, chance, delayMs) => {
  for (const [first, maxDelayMs] of [
    [1000, 5000],
    [3000, 1000],
  ] as const) {
    const policy = retries(1, { delayMs: first, maxDelayMs, jitter });
    expect(followed(policy, [false], chance)).toEqual([{ kind: "retry", delayMs }]);
  }
});

test("without a policy the first failure is the last, and a fallback may still follow", () => {
  expect(followed({}, [false])).toEqual([{ kind: "fail" }]);
  expect(followed({ fallback: true }, [true])).toEqual([{ kind: "fallback" }]);
});
