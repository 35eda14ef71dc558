import type { Page, PageOptions } from "../contracts/record-store.js";

/** Ends a search: nothing that follows can be wanted. */
export const STOP = Symbol("stop");

/** A store's list, and what its items stand for. */
export interface Source<Item, Result> {
  /** Items that are listed at first: as many as results are wanted where each item is one. */
  readonly pageSize: number;
  list(options: PageOptions): Promise<Page<Item>>;
  /** Items that follow one another and have the same key stand for one result. Without it, each stands for one. */
  readonly keyOf?: ((item: Item) => string) | undefined;
  /** For each group of items what it stands for; null where that is not wanted. */
  load(groups: readonly (readonly Item[])[]): Promise<readonly (Result | null | typeof STOP)[]>;
}

/** Groups that are loaded together at first where most of them may not be wanted; then twice as many, and so on. */
const FIRST_BATCH = 32;
/** Items that are listed at a time when the search has gone on for a while. */
const MAX_PAGE = 1000;

/**
 * A page of what is wanted of a store's list. Cursors are the store's own, so that they mean a place between two
 * items and stay true when the list grows.
 */
export async function readFiltered<Item, Result>(
  source: Source<Item, Result>,
  limit: number,
  cursor: string | undefined,
): Promise<Page<Result>> {
  const results: Result[] = [];
  let at = cursor;
  for (let size = source.pageSize; ; size = Math.min(2 * size, MAX_PAGE)) {
    const page = await source.list({ cursor: at, limit: size });
    const groups = groupItems(page.items, source.keyOf);
    // The last group may go on on the next page.
    if (source.keyOf !== undefined && page.cursor !== undefined && groups.length > 1) groups.pop();
    const { items, stopped } = await take(source, groups, limit - results.length, results);
    if (stopped) return { items: results, cursor: undefined };
    const next = await cursorBehind(source, at, page, items);
    if (next === undefined || results.length >= limit) return { items: results, cursor: next };
    at = next;
  }
}

/** Loads groups until enough are wanted; says how many items were looked at. */
async function take<Item, Result>(
  source: Source<Item, Result>,
  groups: readonly (readonly Item[])[],
  wanted: number,
  results: Result[],
): Promise<{ readonly items: number; readonly stopped: boolean }> {
  let items = 0;
  let left = wanted;
  for (let from = 0, size = source.pageSize > wanted ? FIRST_BATCH : wanted; from < groups.length; size *= 2) {
    const batch = groups.slice(from, from + Math.max(left, size));
    from += batch.length;
    for (const [i, result] of (await source.load(batch)).entries()) {
      if (result === STOP) return { items, stopped: true };
      items += batch[i]?.length ?? 0;
      if (result === null) continue;
      results.push(result);
      left -= 1;
      if (left === 0) return { items, stopped: false };
    }
  }
  return { items, stopped: false };
}

/** The store's cursor behind the first `count` items of a page, or undefined where nothing follows them. */
async function cursorBehind<Item>(
  source: Source<Item, unknown>,
  begin: string | undefined,
  page: Page<Item>,
  count: number,
): Promise<string | undefined> {
  if (count >= page.items.length) return page.cursor;
  const last = JSON.stringify(page.items[count - 1]);
  // Items that were added meanwhile at the beginning of the list push the last one back.
  for (let limit = count; ; limit += 1) {
    const again = await source.list({ cursor: begin, limit });
    if (again.cursor === undefined || JSON.stringify(again.items.at(-1)) === last) return again.cursor;
  }
}

function groupItems<Item>(items: readonly Item[], keyOf: ((item: Item) => string) | undefined): Item[][] {
  if (keyOf === undefined) return items.map((item) => [item]);
  const groups: Item[][] = [];
  let key: string | undefined;
  for (const item of items) {
    if (keyOf(item) !== key) groups.push([]);
    key = keyOf(item);
    groups.at(-1)?.push(item);
  }
  return groups;
}
