import type { Datastore } from "../contracts/datastore.js";

/** More than any store gives at once; each gives what it can. */
const PAGE = 10_000;

/** Every key and prefix of a list, all pages. */
export async function listAll(
  datastore: Datastore,
  prefix: string,
  delimiter?: "/",
): Promise<{ keys: string[]; prefixes: string[] }> {
  const all = { keys: [] as string[], prefixes: [] as string[] };
  let cursor: string | undefined;
  do {
    const page = await datastore.list(prefix, { delimiter, cursor, limit: PAGE });
    all.keys.push(...page.keys);
    all.prefixes.push(...page.prefixes);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}
