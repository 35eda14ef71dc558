import type { Page } from "../contracts/record-store.js";
import { errors } from "../errors/codes.js";

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

  /**
   * One page; its cursor, given to the same call again, leads to the next one.
   *
   * @throws PAGE_CURSOR_INVALID, PAGE_LIMIT_INVALID
   */
  async page(options: ListingOptions = {}): Promise<Page<T>> {
    const { limit = DEFAULT_PAGE, cursor } = { ...this.#options, ...options };
    return this.#page(checkedLimit(limit), cursor);
  }

  async #page(limit: number, cursor: string | undefined): Promise<Page<T>> {
    const page = await this.#read(limit, cursor === undefined ? undefined : readCursor(cursor));
    return { items: page.items, cursor: page.cursor === undefined ? undefined : writeCursor(page.cursor) };
  }

  /** All items, or as many as the limit says. */
  async all(): Promise<readonly T[]> {
    const items: T[] = [];
    for await (const item of this) items.push(item);
    return items;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    let { cursor } = this.#options;
    const { limit } = this.#options;
    let left = limit === undefined ? Number.POSITIVE_INFINITY : checkedLimit(limit);
    while (left > 0) {
      const page = await this.#page(Math.min(left, CHUNK), cursor);
      yield* page.items;
      left -= page.items.length;
      cursor = page.cursor;
      if (cursor === undefined) return undefined;
    }
    return undefined;
  }
}

/** Before what the store gave, so that a text of another kind is told from a cursor. */
const CURSOR_MARK = "page:";

/** What lies in a cursor is nobody's business: it may change with the way things are stored. */
function writeCursor(position: string): string {
  return Buffer.from(CURSOR_MARK + position).toString("base64url");
}

function readCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith(CURSOR_MARK) || writeCursor(text.slice(CURSOR_MARK.length)) !== cursor) {
    throw errors.PAGE_CURSOR_INVALID({ cursor });
  }
  return text.slice(CURSOR_MARK.length);
}

function checkedLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) throw errors.PAGE_LIMIT_INVALID({ limit: String(limit) });
  return limit;
}
