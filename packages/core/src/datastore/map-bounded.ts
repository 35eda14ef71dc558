import { setImmediate as nextTurn } from "node:timers/promises";

/** The thread is given up at least this often, even where every step is ready at once. */
const TURN_MS = 10;

/** Maps with at most `limit` calls under way; results in the order of the items. The first failure ends it. */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let turnStarted = performance.now();
  let pause: Promise<void> | undefined;
  /** One pause for all: if each took its own, they would work one after the other before anybody else gets a turn. */
  const giveTurn = () => {
    pause ??= nextTurn().then(() => {
      pause = undefined;
      turnStarted = performance.now();
    });
    return pause;
  };
  const work = async () => {
    while (next < items.length) {
      if (performance.now() - turnStarted >= TURN_MS) {
        await giveTurn();
        continue;
      }
      const index = next++;
      results[index] = await map(items[index] as T, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  } finally {
    next = items.length;
  }
  return results;
}
