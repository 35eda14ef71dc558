/** Measures something once; milliseconds, or whatever it counts. */
type Measurement = () => Promise<number>;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Measures several things in turns, so that what disturbs the machine disturbs all of them, and gives the median of
 * each. A first turn that does not count fills caches.
 */
export async function inTurns<K extends string>(
  rounds: number,
  sides: Readonly<Record<K, Measurement>>,
  { warmUp = true } = {},
): Promise<Readonly<Record<K, number>>> {
  const names = Object.keys(sides) as K[];
  const values = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = warmUp ? -1 : 0; round < rounds; round += 1) {
    for (const name of names) {
      const value = await sides[name]();
      if (round >= 0) values.get(name)?.push(value);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(values.get(name) ?? [])])) as Record<K, number>;
}

/** How many milliseconds each call takes. */
export function timed(call: () => Promise<unknown>): Measurement {
  return async () => {
    const begin = performance.now();
    await call();
    return performance.now() - begin;
  };
}

/** Calls for 0 … count-1, so many at the same time. */
export async function atOnce(count: number, limit: number, call: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, work));
}
