/** How many calls may begin in a second: as many as like to, until a store asks for less. */
export interface AdaptiveRate {
  /** Milliseconds until the next call may begin; 0 for now. */
  readonly delay: number;
  /** A call begins. */
  begin(): void;
  /** A call succeeded. */
  grow(): void;
  /** The store asked for less: a little less than what it took lately, and from there on slowly more again. */
  shrink(): void;
}

/** Milliseconds over which successes are counted. */
const MEMORY = 2000;
/** Of what the store took lately. */
const SHARE = 0.8;
/** Of the goal, for each time that the store asks for less before it took anything. */
const GIVEN_UP = 0.95;
/** Milliseconds until as many begin again as the store took. Around them the curve is flat; then it looks for more. */
const RECOVERY = 3000;
/** Milliseconds in which the rate doubles, where the store took next to nothing for a while. */
const DOUBLING = 500;
/** Calls a second; how many more there are after each second. Who has next to nothing comes up faster by it. */
const LEAST = 0.25;
const ADDED = 0.1;

/** A time at which the store asked for less. */
interface Shrunk {
  readonly at: number;
  /** Calls a second, from there on. */
  readonly rate: number;
  /** What it takes when it is well. */
  readonly goal: number;
}

/**
 * The curve is that of TCP's CUBIC, in proportion to what the store took: of several processes that share a store none
 * has to know of the others, and few calls are refused while each looks for its share.
 */
export function createAdaptiveRate(now: () => number): AdaptiveRate {
  let taken = 0;
  let countedAt = Number.NEGATIVE_INFINITY;
  let startedAt: number | undefined;
  let nextAt = Number.NEGATIVE_INFINITY;
  let shrunk: Shrunk | undefined;
  let succeeded = false;

  const forget = () => {
    const at = now();
    taken *= Math.exp((countedAt - at) / MEMORY);
    countedAt = at;
  };
  /** Calls a second that succeeded lately; 0 where none did. */
  const lately = (): number => {
    forget();
    const age = Math.max(1, now() - (startedAt ?? now()));
    return (taken * 1000) / (MEMORY * (1 - Math.exp(-age / MEMORY)));
  };
  const current = (): number => {
    if (shrunk === undefined) return Number.POSITIVE_INFINITY;
    const { at, rate, goal } = shrunk;
    const elapsed = now() - at;
    const curve = 1 + (1 - SHARE) * (elapsed / RECOVERY - 1) ** 3;
    return Math.min(rate * 2 ** (elapsed / DOUBLING), goal * curve) + (ADDED * elapsed) / 1000;
  };

  return {
    get delay() {
      return Math.max(0, nextAt - now());
    },
    begin() {
      startedAt ??= now();
      nextAt = Math.max(nextAt, now()) + 1000 / current();
    },
    grow() {
      forget();
      taken++;
      succeeded = true;
    },
    shrink() {
      const found = lately();
      // Nothing is known yet of what it takes.
      if (found === 0) return;
      const goal = succeeded || shrunk === undefined ? found : Math.max(LEAST, shrunk.goal * GIVEN_UP);
      shrunk = { at: now(), rate: Math.max(LEAST, Math.min(found, goal) * SHARE), goal };
      succeeded = false;
    },
  };
}
