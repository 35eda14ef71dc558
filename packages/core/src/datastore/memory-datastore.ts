import { Readable } from "node:stream";
import type {
  Datastore,
  GetOptions,
  HeadOptions,
  ListOptions,
  ListPage,
  ObjectInfo,
  PutOptions,
  PutResult,
  StoredObject,
} from "../contracts/datastore.js";
import { byteRange } from "./byte-range.js";
import { checkKey, compareUtf8, sortUtf8 } from "./check-key.js";
import { toPage } from "./list-page.js";
import { attributesOf, checkAttributes } from "./object-attributes.js";

interface MemoryObject extends ObjectInfo {
  readonly bytes: Uint8Array;
}

const infoOf = (found: MemoryObject, { attributes = false }: HeadOptions): ObjectInfo => {
  const { size, etag, modifiedAt } = found;
  return { size, etag, modifiedAt, ...(attributes && attributesOf(found)) };
};

/** A datastore that lives and dies with this process: for tests, and the reference of what a datastore does. */
export function createMemoryDatastore(name = "memory"): Datastore {
  const objects = new Map<string, MemoryObject>();
  let writes = 0;

  const getSync = (key: string, options: GetOptions = {}): StoredObject | null => {
    checkKey(key);
    const found = objects.get(key);
    if (found === undefined) return null;
    const { start, end } = byteRange(key, found.size, options);
    return { ...infoOf(found, options), bytes: found.bytes.slice(start, end) };
  };

  const put = async (
    key: string,
    body: Uint8Array | readonly Uint8Array[],
    options: PutOptions,
  ): Promise<PutResult> => {
    options.signal?.throwIfAborted();
    checkKey(key);
    checkAttributes(key, options);
    const found = objects.get(key);
    if (options.ifAbsent && found !== undefined) return { written: false };
    if (options.ifMatch !== undefined && found?.etag !== options.ifMatch) return { written: false };
    // Concatenating copies: what the caller does to its bytes later changes nothing here.
    const bytes = new Uint8Array(Buffer.concat(body instanceof Uint8Array ? [body] : body));
    const etag = String(++writes);
    objects.set(key, { bytes, size: bytes.length, etag, modifiedAt: Date.now(), ...attributesOf(options) });
    return { written: true, etag };
  };

  return {
    name: "memory",
    root: `memory://${name}`,
    capabilities: { putIfAbsent: true, putIfMatch: true, syncGet: true, attributes: true },
    getSync: (key, { range } = {}) => getSync(key, { range }),
    async get(key, options = {}) {
      options.signal?.throwIfAborted();
      return getSync(key, options);
    },
    put: (key, body, options = {}) => put(key, body, options),
    async putStream(key, body, options = {}) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return await put(key, chunks, options);
    },
    async getStream(key, options = {}) {
      options.signal?.throwIfAborted();
      const found = getSync(key, options);
      if (found === null) return null;
      const { bytes, ...info } = found;
      return { ...info, stream: Readable.from([bytes]) };
    },
    async head(key, options = {}) {
      options.signal?.throwIfAborted();
      checkKey(key);
      const found = objects.get(key);
      return found === undefined ? null : infoOf(found, options);
    },
    async list(prefix, options = {}) {
      options.signal?.throwIfAborted();
      return pageOf(sortUtf8([...objects.keys()].filter((key) => key.startsWith(prefix))), prefix, options);
    },
    async delete(key, options = {}) {
      options.signal?.throwIfAborted();
      checkKey(key);
      objects.delete(key);
    },
  };
}

/** Cuts one page out of all keys with the prefix, in order. The cursor is the last item of the page before. */
function pageOf(sorted: readonly string[], prefix: string, options: ListOptions): ListPage {
  const { cursor, delimiter, limit = 1000, startAfter } = options;
  const items: string[] = [];
  for (const key of sorted) {
    if (startAfter !== undefined && compareUtf8(key, startAfter) <= 0) continue;
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const item = cut < 0 ? key : key.slice(0, cut + 1);
    if (item === items.at(-1) || (cursor !== undefined && compareUtf8(item, cursor) <= 0)) continue;
    items.push(item);
    if (items.length > limit) break;
  }
  return toPage(items, limit);
}
