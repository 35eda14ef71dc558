/** Fields of records whose value is the address of a blob. */
const FIELDS: ReadonlySet<string> = new Set(["sha256", "map", "graph"]);

/** Fields that hold what users stored themselves: a hash in there is theirs. */
const FOREIGN: ReadonlySet<string> = new Set(["value", "inline"]);

const HASH = /^[\da-f]{64}$/;

/** The addresses of all blobs that a record names. */
export function blobRefs(record: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const pending: unknown[] = [record];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next !== "object" || next === null) continue;
    for (const [field, value] of Object.entries(next)) {
      if (FIELDS.has(field) && typeof value === "string" && HASH.test(value)) found.add(value);
      else if (!FOREIGN.has(field)) pending.push(value);
    }
  }
  return found;
}
