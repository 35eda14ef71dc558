import type { ObjectFailure } from "../contracts/object-client.js";

/** How long, and how often, a call to an object store is tried. Times in milliseconds. */
export interface RetryBudget {
  /** Tries of a call that fails for other reasons than an overloaded store. */
  readonly tries: number;
  /** From a call's first try until it is given up, waiting included; of one that is throttled, without any success. */
  readonly total: number;
  /** The first wait is up to this long; it doubles with each try… */
  readonly base: number;
  /** …up to this. */
  readonly cap: number;
  /** A try is given up after so long without any progress. */
  readonly idle: number;
}

export const DEFAULT_BUDGET: RetryBudget = { tries: 8, total: 300_000, base: 100, cap: 10_000, idle: 60_000 };

/** What a call has behind it. */
export interface CallHistory {
  /** Tries so far, the one that failed included. */
  readonly tries: number;
  /** How many of them failed because of credentials or a clock. */
  readonly repairs: number;
  /** Milliseconds since the first one began; of one that is throttled, since any call succeeded. */
  readonly elapsed: number;
}

/**
 * Milliseconds to wait before the next try, or null where there is none: exponential with full jitter, and never before
 * the store's own time.
 *
 * @param random from 0 to 1
 */
export function retryDelay(
  failure: ObjectFailure,
  { tries, repairs, elapsed }: CallHistory,
  budget: RetryBudget,
  random: number,
): number | null {
  switch (failure.kind) {
    case "expired":
    case "skewed":
      // Credentials or a clock that were put right are worth one more try.
      return repairs < 2 ? 0 : null;
    case "transient":
      if (tries >= budget.tries) return null;
      break;
    case "throttled":
      break;
    default:
      return null;
  }
  const jitter = random * Math.min(budget.cap, budget.base * 2 ** (tries - 1));
  const delay = (failure.retryAfter ?? 0) + jitter;
  return elapsed + delay > budget.total ? null : delay;
}
