import { createAdaptiveRate } from "./adaptive-rate.js";

/**
 * How many calls are under way at the same time, and how many begin in a second: fewer where a store is overloaded,
 * slowly more again where it is not.
 */
export interface AdaptiveLimit {
  /** Waits for its turn; first come, first served. Rejects when the signal aborts. */
  enter(signal: AbortSignal | undefined): Promise<void>;
  leave(): void;
  /** A call succeeded: one more after as many successes as there may be calls. */
  grow(): void;
  /** The store asked for less: half as many. What was started before the last time counts for nothing. */
  shrink(startedAt: number): void;
  readonly current: number;
}

export function createAdaptiveLimit(max: number, now: () => number = () => performance.now()): AdaptiveLimit {
  const rate = createAdaptiveRate(now);
  let limit = max;
  let active = 0;
  let shrunkAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  const admit = () => {
    clearTimeout(timer);
    for (const start of waiting) {
      if (active >= Math.floor(limit)) return;
      const { delay } = rate;
      if (delay > 0) {
        timer = setTimeout(admit, delay);
        return;
      }
      waiting.delete(start);
      active++;
      rate.begin();
      start();
    }
  };

  return {
    enter(signal) {
      signal?.throwIfAborted();
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          waiting.delete(start);
          if (waiting.size === 0) clearTimeout(timer);
          reject(signal?.reason);
        };
        const start = () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        waiting.add(start);
        if (waiting.size === 1) admit();
      });
    },
    leave() {
      active--;
      admit();
    },
    grow() {
      rate.grow();
      limit = Math.min(max, limit + 1 / limit);
      admit();
    },
    shrink(startedAt) {
      // One overload answers many calls that were already on their way: it counts once.
      if (startedAt < shrunkAt) return;
      limit = Math.max(1, limit / 2);
      rate.shrink();
      shrunkAt = now();
    },
    get current() {
      return Math.floor(limit);
    },
  };
}
