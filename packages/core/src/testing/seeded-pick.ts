/** Picks a number from 0 to below the given one. */
export type Pick = (below: number) => number;

/** Picks at random, the same for the same seed, without the leaning to small numbers that generators have. */
export function seededPick(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
