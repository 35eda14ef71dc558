import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectFailureKind } from "../contracts/object-client.js";
import { DEFAULT_BUDGET, retryDelay } from "./retry-delay.js";

const failure = (kind: ObjectFailureKind, retryAfter?: number) => ({ kind, reason: "x", retryAfter });
const history = { tries: 1, repairs: 0, elapsed: 0 };

describe("retryDelay", () => {
  it.each(["absent", "refused", "range", "denied", "broken"] as const)("tries %s never again", (kind) => {
    expect(retryDelay(failure(kind), history, DEFAULT_BUDGET, 0)).toBeNull();
  });

  it("doubles up to the cap, with full jitter, and never comes before the store's own time or goes beyond the budget", () => {
    const retryAfter = fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined });
    const cases = [
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 0, max: 300_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom("transient", "throttled"),
        retryAfter,
        ...cases,
        (kind, after, tries, elapsed, random) => {
          const delay = retryDelay(failure(kind, after), { tries, repairs: 0, elapsed }, DEFAULT_BUDGET, random);
          const jitter = random * Math.min(10_000, 100 * 2 ** (tries - 1));
          const isOver = elapsed + (after ?? 0) + jitter > 300_000 || (kind === "transient" && tries >= 8);
          expect(delay).toBe(isOver ? null : (after ?? 0) + jitter);
        },
      ),
    );
  });

  it("gives credentials and clocks that were put right one more try, at once", () => {
    for (const kind of ["expired", "skewed"] as const) {
      expect(retryDelay(failure(kind), { ...history, tries: 5, repairs: 1 }, DEFAULT_BUDGET, 1)).toBe(0);
      expect(retryDelay(failure(kind), { ...history, tries: 5, repairs: 2 }, DEFAULT_BUDGET, 1)).toBeNull();
    }
  });
});
