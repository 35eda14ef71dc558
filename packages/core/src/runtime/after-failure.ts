import type { RetryPolicy, StepPolicy } from "../contracts/step-policy.js";

/** What failed so far of one task. */
export interface FailureCount {
  /** Attempts in which the step's own code failed. */
  readonly own: number;
  /** Attempts whose place failed: a killed worker, a lost pod. */
  readonly platform: number;
}

/** Counts one more failure. */
export function countFailure(earlier: FailureCount | undefined, isPlatform: boolean): FailureCount {
  const before = earlier ?? { own: 0, platform: 0 };
  return isPlatform ? { ...before, platform: before.platform + 1 } : { ...before, own: before.own + 1 };
}

/** What follows a failed attempt. */
export type AfterFailure =
  | { readonly kind: "retry"; readonly delayMs: number }
  /** One more attempt, in which the decorators stand for the step. */
  | { readonly kind: "fallback" }
  | { readonly kind: "fail" };

/**
 * Decides what follows a failed attempt.
 *
 * @param failures counted with the one that just happened
 * @param isPlatform whether that one was the place's failure
 * @param chance from 0 to 1, for the part of the delay that is left to it
 */
export function afterFailure(
  policy: StepPolicy,
  failures: FailureCount,
  isPlatform: boolean,
  chance: number,
): AfterFailure {
  const { retry } = policy;
  const used = isPlatform ? failures.platform : failures.own;
  const allowed = isPlatform ? (retry?.platformTimes ?? 0) : (retry?.times ?? 0);
  if (retry !== undefined && used <= allowed) return { kind: "retry", delayMs: delayBefore(retry, used, chance) };
  return { kind: policy.fallback === true ? "fallback" : "fail" };
}

/** Milliseconds before retry number `retryNumber`, counted from 1. */
function delayBefore(
  { delayMs, factor, maxDelayMs, jitter }: RetryPolicy,
  retryNumber: number,
  chance: number,
): number {
  // Kept finite: nothing times infinity is no number.
  const growth = Math.min(factor ** (retryNumber - 1), Number.MAX_VALUE);
  const full = Math.min(maxDelayMs, delayMs * growth);
  return Math.round(full * (1 - jitter * chance));
}
