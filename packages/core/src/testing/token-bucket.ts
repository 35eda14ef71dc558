/** What a store lets pass that counts requests: so many a second in the long run, and as many as a second's at once. */
export interface TokenBucket {
  /** Whether a request may pass. */
  take(): boolean;
}

export function createTokenBucket(perSecond: number, now: () => number = () => performance.now()): TokenBucket {
  let tokens = perSecond;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(perSecond, tokens + ((at - filledAt) * perSecond) / 1000);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
