import type { ListPage } from "../contracts/datastore.js";

/** Makes a page of its items in order, of which there is one more than the limit where more follow. */
export function toPage(items: readonly string[], limit: number): ListPage {
  const kept = items.slice(0, limit);
  return {
    keys: kept.filter((item) => !item.endsWith("/")),
    prefixes: kept.filter((item) => item.endsWith("/")),
    cursor: items.length > limit ? kept.at(-1) : undefined,
  };
}
