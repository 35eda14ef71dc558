import { expect, it } from "vitest";
import type { Datastore, ListPage, ObjectAttributes } from "../contracts/datastore.js";
import { compareUtf8 } from "../datastore/check-key.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { errors } from "../errors/codes.js";
import { type DatastoreFactory, datastoreRules } from "./datastore-suite.js";

type Bug = (good: Datastore) => Partial<Datastore>;
type Body = Parameters<Datastore["put"]>[1];

const joined = (body: Body) => Buffer.concat(body instanceof Uint8Array ? [body] : body);
const turn = () => new Promise((resolve) => setImmediate(resolve));
const denied = async () => {
  throw errors.DATASTORE_DENIED({ action: "write", key: "key", root: "here" });
};
const broken = async () => {
  throw errors.DATASTORE_BROKEN({ action: "read", key: "key", root: "here", reason: "no answer" });
};

/** For every rule at least one datastore that breaks it. */
const bugs: Record<string, Bug | Bug[]> = {
  "an object comes back as it was put": [
    (good) => ({
      put: (key, body, options) =>
        good.put(
          key,
          joined(body).map((byte) => byte & 127),
          options,
        ),
    }),
    (good) => ({
      get: async (key, options) => mapped(await good.get(key, options), (o) => ({ ...o, modifiedAt: 1.7e9 })),
    }),
  ],
  "an empty object is not an absent one": (good) => ({
    get: async (key, options) => mapped(await good.get(key, options), (o) => (o.size === 0 ? null : o)),
  }),
  "chunks are joined in order": [
    (good) => ({
      put: (key, body, options) => good.put(key, body instanceof Uint8Array ? body : (body[1] ?? []), options),
    }),
    (good) => ({
      put: (key, body, options) => good.put(key, body instanceof Uint8Array ? body : body.toReversed(), options),
    }),
  ],
  "a large object in several chunks comes back whole": (good) => ({
    put: (key, body, options) => good.put(key, joined(body).subarray(0, 10_000_000), options),
  }),
  "a later put replaces the object": (good) => ({
    put: async (key, body, options) => {
      const found = await good.head(key);
      return found === null || options?.ifMatch ? good.put(key, body, options) : { written: true, etag: found.etag };
    },
  }),
  "what the caller does to its bytes later changes no object": [keepsWhatItWasGiven, givesAwayWhatItKeeps],
  "an absent object is null, not an error": [
    (good) => ({ get: async (key, options) => (await good.get(key, options)) ?? broken() }),
    (good) => ({ head: async (key) => (await good.head(key)) ?? { size: 0, etag: "", modifiedAt: 0 } }),
  ],
  "a deleted object is absent, and deleting it again is no error": [
    () => ({ delete: async () => undefined }),
    (good) => ({ delete: async (key) => ((await good.head(key)) === null ? broken() : good.delete(key)) }),
  ],
  "head says what get says, without the bytes": (good) => ({
    head: async (key) => mapped(await good.head(key), (info) => ({ ...info, size: info.size + 1 })),
  }),
  "a range gives its bytes, cut at the object's end": [
    (good) => ({ get: (key) => good.get(key) }),
    (good) => ({ get: (key, { range } = {}) => good.get(key, range && { range: { ...range, end: range.end + 1 } }) }),
    (good) => ({
      get: async (key, options) => mapped(await good.get(key, options), (o) => ({ ...o, size: o.bytes.length })),
    }),
  ],
  "a range that starts past the end or makes no sense is an error": (good) => ({
    get: (key, options) => good.get(key, options).catch(() => good.get(key)),
  }),
  "readers see the object before or after a put, never a mixture": (good) => ({
    put: async (key, body, options) => {
      const bytes = joined(body);
      await good.put(key, bytes.subarray(0, bytes.length / 2), options);
      await turn();
      return good.put(key, bytes, options);
    },
  }),
  "a synchronous read says what get says, where it is offered": [
    (good) => ({ getSync: (key) => good.getSync?.(key) ?? null }),
    (good) => ({ capabilities: { ...good.capabilities, syncGet: false } }),
    () => ({ getSync: () => null }),
  ],
  "a call whose signal is aborted rejects and writes nothing": (good) => ({ put: (key, body) => good.put(key, body) }),
  "a put if absent writes once": (good) => ({ put: (key, body) => good.put(key, body) }),
  "a large put if absent writes once": (good) => ({
    put: (key, body, options) => good.put(key, body, joined(body).length > 1_000_000 ? {} : options),
  }),
  "conditions hold for large objects as for small ones": (good) => ({
    put: (key, body, options) => good.put(key, body, joined(body).length > 1_000_000 ? {} : options),
  }),
  "of 50 puts if absent at once exactly one writes": looksBeforeItWrites,
  "a put if unchanged writes over what has the etag": (good) => ({
    put: async (key, body, options) => (options?.ifMatch ? { written: false } : good.put(key, body, options)),
  }),
  "a put if unchanged is refused where the object changed": (good) => ({
    put: (key, body, { ifMatch: _, ...options } = {}) => good.put(key, body, options),
  }),
  "a put if unchanged is refused where the object is gone": (good) => ({
    put: async (key, body, options) => good.put(key, body, (await good.head(key)) === null ? {} : options),
  }),
  "the etag changes with the object, however fast that changes": (good) => ({
    put: async (key, body) => ({ ...(await good.put(key, body)), etag: String(joined(body).length) }) as never,
    head: async (key) => mapped(await good.head(key), (info) => ({ ...info, etag: String(info.size) })),
  }),
  "an etag that never was one matches nothing, and is no error": [
    (good) => ({ put: (key, body, { ifMatch: _, ...options } = {}) => good.put(key, body, options) }),
    (good) => ({ put: (key, body, options) => (options?.ifMatch ? broken() : good.put(key, body, options)) }),
  ],
  "a stream is written and read as a whole object is": [
    (good) => ({
      putStream: async (key, body, options) => good.put(key, (await collected(body)).slice(0, 100), options),
    }),
    (good) => ({ getStream: (key) => good.getStream?.(key) ?? broken() }),
    (good) => ({
      getStream: async (key, options) =>
        mapped((await good.getStream?.(key, options)) ?? null, (o) => ({ ...o, size: 1 })),
    }),
  ],
  "an absent object has no stream, and conditions hold for streams": [
    (good) => ({ getStream: async (key, options) => (await good.getStream?.(key, options)) ?? broken() }),
    (good) => ({ putStream: (key, body) => good.putStream?.(key, body) ?? broken() }),
  ],
  "a source that fails is thrown on, and leaves what was there": [
    (good) => ({
      putStream: async (key, body, options) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) {
          chunks.push(chunk);
          if (chunks.length === 2) await good.put(key, chunks, options);
        }
        return good.put(key, chunks, options);
      },
    }),
    (good) => ({
      putStream: async (key, body, options) => good.put(key, await collected(body).catch(() => []), options),
    }),
  ],
  "a stream may be left before its end": (good) => ({
    getStream: async (key, options) =>
      mapped((await good.getStream?.(key, options)) ?? null, (o) => ({ ...o, stream: failsWhenLeft(o.stream) })),
  }),
  "attributes come back where they are asked for": [
    (good) => ({ put: (key, body) => good.put(key, body) }),
    (good) => ({ putStream: (key, body) => good.putStream?.(key, body) ?? broken() }),
    (good) => ({ head: (key) => good.head(key) }),
    (good) => ({ get: (key, { range } = {}) => good.get(key, { range }) }),
    (good) => ({ get: (key, given) => good.get(key, { ...given, attributes: true }) }),
    (good) => ({ put: (key, body, given) => good.put(key, body, { ...given, contentType: undefined }) }),
    (good) => ({ put: (key, body, given) => good.put(key, body, { ...given, metadata: undefined }) }),
    (good) => ({ put: (key, body, given) => good.put(key, body, joined(body).length > 1e6 ? {} : given) }),
  ],
  "an object that is put without attributes has none, and never those of another write": [
    keepsAttributesByKey(),
    (good) => ({
      put: async (key, body, given) => {
        await good.put(`${key}.attributes`, Buffer.from(JSON.stringify(given ?? {})));
        return await good.put(key, body, given);
      },
    }),
    (good) => ({ put: (key, body, given) => good.put(key, body, { contentType: "binary/octet-stream", ...given }) }),
  ],
  "conditional writes keep attributes, and what they add for themselves is not among them": [
    (good) => ({
      put: (key, body, given) => good.put(key, body, given?.ifAbsent ? { ...given, metadata: {} } : given),
    }),
    (good) => ({ put: (key, body, given) => good.put(key, body, given?.ifMatch ? { ...given, metadata: {} } : given) }),
    (good) => ({
      put: (key, body, given = {}) =>
        good.put(key, body, given.ifAbsent ? { ...given, metadata: { ...given.metadata, mark: "x" } } : given),
    }),
    keepsAttributesByKey(),
  ],
  "attributes that not every store can keep are refused, and nothing is written": [
    (good) => ({ put: (key, body) => good.put(key, body) }),
    (good) => ({ putStream: (key, body) => good.putStream?.(key, body) ?? broken() }),
    (good) => ({
      put: async (key, body, given) => {
        await good.put(key, body);
        return await good.put(key, body, given);
      },
    }),
  ],
  "readers see an object with its own attributes, whatever is written meanwhile": keepsAttributesByKey(),
  "20 loops of read, change and put if unchanged lose no change": looksBeforeItWrites,
  "any valid key can be written, read and listed": withKeys(encodeURIComponent),
  "keys are told apart exactly": withKeys(decodeURIComponent),
  "an invalid key is refused": withKeys((key) => key.replace(/^\/|[\\\0]/g, "") || "none"),
  "a list gives every key with the prefix, which need not be a folder": withPages((page, prefix) => ({
    ...page,
    keys: page.keys.filter((key) => prefix === "" || key.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`)),
  })),
  "a list is in the order of the keys' bytes": [
    withPages((page) => ({ ...page, keys: page.keys.toSorted((a, b) => a.localeCompare(b)) })),
    withPages((page) => ({ ...page, keys: page.keys.toSorted((a, b) => compareUtf8(folders(a), folders(b))) })),
  ],
  "a list is in the order of the keys' bytes beyond ASCII, too": withPages((page) => ({
    ...page,
    keys: page.keys.toSorted(),
  })),
  "a delimiter groups what lies deeper": (good) => ({
    list: (prefix, { delimiter: _, ...options } = {}) => good.list(prefix, options),
  }),
  "pages give every key once, in order, none longer than its limit": [
    (good) => ({ list: (prefix, { limit: _, ...options } = {}) => good.list(prefix, options) }),
    withPages((page) => ({ ...page, cursor: undefined })),
    withPages((page) => (page.cursor ? { ...page, keys: page.keys.slice(1) } : page)),
    (good) => ({ list: (prefix, options) => good.list(prefix, { ...options, cursor: undefined }) }),
  ],
  "pages of groups give every group once": (good) => ({
    async list(prefix, { delimiter, ...options } = {}) {
      const page = await good.list(prefix, options);
      const isNested = (key: string) => delimiter !== undefined && key.includes(delimiter, prefix.length);
      const groups = page.keys.filter(isNested).map((key) => key.slice(0, key.indexOf("/", prefix.length) + 1));
      return { ...page, keys: page.keys.filter((key) => !isNested(key)), prefixes: [...new Set(groups)] };
    },
  }),
  "startAfter leaves out the keys up to it": [
    (good) => ({ list: (prefix, { startAfter: _, ...options } = {}) => good.list(prefix, options) }),
    (good) => ({
      list: (prefix, options) => good.list(prefix, { ...options, startAfter: options?.startAfter?.slice(0, -1) }),
    }),
  ],
  "a list sees every put and delete that came before it": (good) => {
    const pages = new Map<string, ListPage>();
    return {
      async list(prefix, options) {
        const key = JSON.stringify([prefix, options]);
        pages.set(key, pages.get(key) ?? (await good.list(prefix, options)));
        return pages.get(key) ?? good.list(prefix, options);
      },
    };
  },
  "a write that is not allowed is DATASTORE_DENIED": [() => ({}), () => ({ put: broken })],
  "a store that cannot be reached is DATASTORE_BROKEN, never an absent object": [
    () => ({ get: async () => null, getSync: undefined as never }),
    () => ({ get: denied }),
  ],
};

async function collected(body: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return chunks;
}

async function* failsWhenLeft(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let isDone = false;
  try {
    yield* stream;
    isDone = true;
  } finally {
    if (!isDone) await broken();
  }
}

/** Keeps attributes apart from objects, and writes them at another time. */
function keepsAttributesByKey(): Bug {
  return (good) => {
    const kept = new Map<string, ObjectAttributes>();
    return {
      put: async (key, body, given = {}) => {
        const { contentType, metadata } = given;
        if (contentType !== undefined || metadata !== undefined) kept.set(key, { contentType, metadata });
        await turn();
        return await good.put(key, body, given);
      },
      get: async (key, given) =>
        mapped(await good.get(key, given), (o) => (given?.attributes ? { ...o, ...kept.get(key) } : o)),
    };
  };
}

function mapped<T, R>(value: T | null, change: (value: T) => R): R | null {
  return value === null ? null : change(value);
}

function folders(key: string): string {
  return key.replaceAll("/", "\0");
}

function keepsWhatItWasGiven(good: Datastore): Partial<Datastore> {
  const given = new Map<string, Body>();
  return {
    put: (key, body, options) => {
      given.set(key, body);
      return good.put(key, body, options);
    },
    get: async (key) => mapped(await good.get(key), (o) => ({ ...o, bytes: joined(given.get(key) ?? o.bytes) })),
  };
}

function givesAwayWhatItKeeps(good: Datastore): Partial<Datastore> {
  const kept = new Map<string, Uint8Array>();
  return {
    get: async (key) =>
      mapped(await good.get(key), (o) => {
        const bytes = kept.get(key) ?? o.bytes;
        kept.set(key, bytes);
        return { ...o, bytes };
      }),
  };
}

/** Checks the condition and writes, and lets others do so in between. */
function looksBeforeItWrites(good: Datastore): Partial<Datastore> {
  return {
    async put(key, body, options = {}) {
      const found = await good.head(key);
      await turn();
      if (options.ifAbsent && found !== null) return { written: false };
      if (options.ifMatch !== undefined && found?.etag !== options.ifMatch) return { written: false };
      return good.put(key, body);
    },
  };
}

function withKeys(change: (key: string) => string): Bug {
  return (good) => ({
    get: (key, options) => good.get(change(key), options),
    put: (key, body, options) => good.put(change(key), body, options),
    head: (key) => good.head(change(key)),
    delete: (key) => good.delete(change(key)),
  });
}

function withPages(change: (page: ListPage, prefix: string) => ListPage): Bug {
  return (good) => ({ list: async (prefix, options) => change(await good.list(prefix, options), prefix) });
}

function factoryOf(bug: Bug): DatastoreFactory {
  const open = () => {
    const good = createMemoryDatastore();
    return { datastore: { ...good, ...bug(good) } };
  };
  return { open, makeDenied: open, makeBroken: open };
}

it("has a broken datastore for every rule", () => {
  const rules = datastoreRules(factoryOf(() => ({})));
  expect(rules.map((rule) => rule.name).toSorted()).toEqual(Object.keys(bugs).toSorted());
});

for (const [name, list] of Object.entries(bugs)) {
  it.each([list].flat().map((bug, i) => [i, bug] as const))(`${name}: catches broken datastore %i`, async (_, bug) => {
    const rule = datastoreRules(factoryOf(bug)).find((candidate) => candidate.name === name);
    await expect(rule?.check()).rejects.toThrow();
  });
}
