import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between looks at what others write: the first pause, and the longest one. */
const SHORTEST = 1000;
const LONGEST = 5000;
const GROWTH = 1.5;

/** Pauses that become longer while nothing happens, so that waiting for long asks little of a store. */
export interface PollPause {
  /** @param isNews whether the last look brought something */
  wait(isNews: boolean, signal: AbortSignal | undefined): Promise<void>;
}

export function createPollPause(): PollPause {
  let next = SHORTEST;
  return {
    async wait(isNews, signal) {
      if (isNews) next = SHORTEST;
      const pause = next;
      next = Math.min(next * GROWTH, LONGEST);
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    },
  };
}
