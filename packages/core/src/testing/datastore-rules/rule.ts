import type { Datastore } from "../../contracts/datastore.js";

/** A datastore that is tested, and how to be rid of it. */
export interface TestedDatastore {
  readonly datastore: Datastore;
  close?(): void | Promise<void>;
}

/** How a suite gets the datastores that it tests. */
export interface DatastoreFactory {
  /** A store that holds nothing and is used by nobody else. Called once for each rule. */
  open(): TestedDatastore | Promise<TestedDatastore>;
  /** A store in which nothing may be written. Without it the rule about denied writes is left out. */
  makeDenied?(): TestedDatastore | Promise<TestedDatastore>;
  /** A store that cannot work, e.g. behind a closed port. Without it the rule about broken stores is left out. */
  makeBroken?(): TestedDatastore | Promise<TestedDatastore>;
  /** Size of the large object, in bytes. Default 24 MiB. */
  readonly largeBytes?: number;
}

/** One promise of the datastore contract. */
export interface DatastoreRule {
  readonly name: string;
  /** Rejects where the datastore breaks the promise. */
  check(): Promise<void>;
}

/** A rule before it is given the datastore. */
export interface RuleBody {
  readonly name: string;
  readonly check: (datastore: Datastore, factory: DatastoreFactory) => Promise<void>;
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** An object's content as text, or null where there is no object. */
export async function read(datastore: Datastore, key: string): Promise<string | null> {
  const found = await datastore.get(key);
  return found === null ? null : new TextDecoder().decode(found.bytes);
}

/** Writes objects whose content is their key. */
export async function fill(datastore: Datastore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await datastore.put(key, text(key));
}

/** Every item of a list in the order of its pages; prefixes and keys of one page are merged by their bytes. */
export async function listed(
  datastore: Datastore,
  prefix: string,
  options: { readonly delimiter?: "/"; readonly limit?: number; readonly startAfter?: string } = {},
): Promise<{ readonly items: string[]; readonly pages: number }> {
  const items: string[] = [];
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const page = await datastore.list(prefix, { ...options, cursor });
    items.push(...byBytes([...page.keys, ...page.prefixes]));
    cursor = page.cursor;
    if (cursor === undefined) return { items, pages };
    if (pages > 1000) throw new Error("the list has no end: every page has a cursor");
  }
}

/** In UTF-8 byte order, by the simplest means. */
export function byBytes(items: readonly string[]): string[] {
  return items.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
