import type { Page } from "../contracts/record-store.js";

/** What decides the part of a list that is read. */
export interface ListingOptions {
  /** At most this many; iteration has no limit unless it is given, a page has 20 items. */
  readonly limit?: number | undefined;
  /** Where a page before ended. */
  readonly cursor?: string | undefined;
}

/** Reads at most `limit` items that follow the cursor. */
export type ReadPage<T> = (limit: number, cursor: string | undefined) => Promise<Page<T>>;

/** Items on a page whose size nobody named. */
const DEFAULT_PAGE = 20;

/** Items that iteration reads at a time. */
const CHUNK = 100;

/**
 * A list that is read as far as it is needed: `for await (const run of flow.runs())`, or a page at a time.
 */
export class Listing<T> implements AsyncIterable<T> {
  readonly #read: ReadPage<T>;
  readonly #options: ListingOptions;

  constructor(read: ReadPage<T>, options: ListingOptions = {}) {
    this.#read = read;
    this.#options = options;
  }

  /** One page; its cursor, given to the same call again, leads to the next one. */
  page(options: ListingOptions = {}): Promise<Page<T>> {
    const { limit = DEFAULT_PAGE, cursor } = { ...this.#options, ...options };
    return this.#read(limit, cursor);
  }

  /** All items, or as many as the limit says. */
  async all(): Promise<readonly T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    let { cursor } = this.#options;
    let left = this.#options.limit ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const page = await this.#read(Math.min(left, CHUNK), cursor);
      yield* page.items;
      left -= page.items.length;
      cursor = page.cursor;
      if (cursor === undefined) return undefined;
    }
    return undefined;
  }
}
