import { randomUUID } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import type { ListPage, ObjectClient, ObjectFailureKind, ObjectPutOptions } from "@metaflow-ts/core/plugin";

interface Row {
  readonly bytes: Uint8Array;
  readonly size: number;
  readonly etag: string;
  readonly modified_at: number;
  readonly mark: string | null;
}

/** Says what a failed request means. */
class Failure extends Error {
  readonly kind: ObjectFailureKind;

  constructor(kind: ObjectFailureKind) {
    super(kind);
    this.kind = kind;
  }
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = 20000;
  CREATE TABLE IF NOT EXISTS objects (
    key TEXT PRIMARY KEY, bytes BLOB NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL, mark TEXT
  ) WITHOUT ROWID;
`;

/** The requests of an object store, each a statement on a database. */
export function createSqliteClient(path: string): ObjectClient {
  let opened: DatabaseSync | undefined;
  const database = (): DatabaseSync => {
    if (opened !== undefined) return opened;
    const fresh = new DatabaseSync(path);
    fresh.exec(SCHEMA);
    opened = fresh;
    return fresh;
  };
  const find = (key: string, columns: string): Row => {
    const found = database().prepare(
      `SELECT ${columns}, length(bytes) size, etag, modified_at, mark FROM objects WHERE key = ?`,
    );
    const row = found.get(key) as Row | undefined;
    if (row === undefined) throw new Failure("absent");
    return row;
  };
  const put = (key: string, bytes: Uint8Array, options: ObjectPutOptions): { readonly etag: string } => {
    const etag = randomUUID();
    const row = [bytes, etag, Date.now(), options.mark ?? null, key];
    const condition = options.ifMatch === undefined ? [] : [options.ifMatch];
    const { changes } = database()
      .prepare(statementFor(options))
      .run(...row, ...condition);
    if (Number(changes) === 0) throw new Failure("refused");
    return { etag };
  };
  return {
    limits: { maxParts: 10_000, parallelParts: true },
    async get(key, { range, ifMatch }) {
      const row = find(key, "bytes");
      if (ifMatch !== undefined && row.etag !== ifMatch) throw new Failure("refused");
      const { start, end } = range ?? { start: 0, end: row.size };
      if (range !== undefined && start >= row.size) throw new Failure("range");
      return { ...infoOf(row), body: only(row.bytes.slice(start, end)) };
    },
    put: async (key, body, options) => put(key, body, options),
    head: async (key) => infoOf(find(key, "NULL bytes")),
    list: async (prefix, options) => page(database(), prefix, options),
    async delete(key) {
      database().prepare("DELETE FROM objects WHERE key = ?").run(key);
    },
    async startUpload(key, options) {
      const parts = new Map<number, Uint8Array>();
      return {
        // The caller may use its bytes for something else.
        putPart: async (number, body) => void parts.set(number, body.slice()),
        async complete() {
          const inOrder = [...parts].toSorted(([a], [b]) => a - b).map(([, body]) => body);
          return put(key, Buffer.concat(inOrder), options);
        },
        abort: async () => parts.clear(),
      };
    },
    classify(error) {
      if (error instanceof Failure) return { kind: error.kind, reason: error.message };
      const { message, errcode } = error as Error & { readonly errcode?: number };
      return { kind: KINDS[errcode ?? 0] ?? "broken", reason: message };
    },
  };
}

/** SQLite's own codes: busy and locked pass, read-only and not authorized do not. */
const KINDS: Readonly<Record<number, ObjectFailureKind>> = {
  5: "transient",
  6: "transient",
  8: "denied",
  23: "denied",
};

function statementFor({ ifAbsent, ifMatch }: ObjectPutOptions): string {
  if (ifMatch !== undefined) {
    return "UPDATE objects SET bytes = ?, etag = ?, modified_at = ?, mark = ? WHERE key = ? AND etag = ?";
  }
  const columns = "(bytes, etag, modified_at, mark, key)";
  return `INSERT OR ${ifAbsent === true ? "IGNORE" : "REPLACE"} INTO objects ${columns} VALUES (?, ?, ?, ?, ?)`;
}

function infoOf({ size, etag, modified_at, mark }: Row) {
  return { size, etag, modifiedAt: modified_at, mark: mark ?? undefined };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** SQLite orders texts by their UTF-8 bytes. The cursor is the last item of the page before. */
function page(
  database: DatabaseSync,
  prefix: string,
  { delimiter, cursor, startAfter = "", limit = 1000 }: Parameters<ObjectClient["list"]>[1],
): ListPage {
  const rows = database.prepare("SELECT key FROM objects WHERE key >= ? AND key > ? ORDER BY key");
  const items: string[] = [];
  for (const row of rows.iterate(prefix, startAfter)) {
    const { key } = row as { readonly key: string };
    if (!key.startsWith(prefix)) break;
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const item = cut < 0 ? key : key.slice(0, cut + 1);
    const isBefore = cursor !== undefined && Buffer.compare(Buffer.from(item), Buffer.from(cursor)) <= 0;
    if (isBefore || item === items.at(-1)) continue;
    items.push(item);
    if (items.length > limit) break;
  }
  const kept = items.slice(0, limit);
  return {
    keys: kept.filter((item) => !item.endsWith("/")),
    prefixes: kept.filter((item) => item.endsWith("/")),
    cursor: items.length > limit ? kept.at(-1) : undefined,
  };
}
