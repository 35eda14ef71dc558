/**
 * Maps with at most `limit` calls ahead of who takes the results, which come in the order of the items. The first
 * failure, or a taker who ends early, aborts the calls under way.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  limit: number,
  map: (item: T, signal: AbortSignal) => Promise<R>,
  signal?: AbortSignal,
): AsyncGenerator<R, void, undefined> {
  const stop = new AbortController();
  const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const ahead: Promise<R>[] = [];
  try {
    for (const item of items) {
      if (ahead.length >= limit) yield (await ahead.shift()) as R;
      const next = map(item, both);
      // It may fail before its turn comes.
      next.catch(() => undefined);
      ahead.push(next);
    }
    for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) yield await next;
  } finally {
    stop.abort(new Error("no longer wanted"));
  }
}
