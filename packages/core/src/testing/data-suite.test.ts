import { expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { collect } from "./data-rules/rule.js";
import { dataRules } from "./data-suite.js";

type Bug = (good: Datastore) => Partial<Datastore>;

/** All writes of a datastore, changed. */
const writing = (change: (...given: Parameters<Datastore["put"]>) => Parameters<Datastore["put"]>): Bug => {
  return (good) => ({
    put: (...given) => good.put(...change(...given)),
    putStream: async (key, body, options) => good.put(...change(key, await collect(body), options)),
  });
};
const reading = (change: (...given: Parameters<Datastore["get"]>) => Parameters<Datastore["get"]>): Bug => {
  return (good) => ({
    get: (...given) => good.get(...change(...given)),
    getStream: (...given) => good.getStream?.(...change(...given)) ?? Promise.resolve(null),
    head: (...given) => good.head(...change(...given)),
  });
};

/** For every rule at least one datastore with which the data tools break it. */
const bugs: Record<string, Bug | Bug[]> = {
  "what was put comes back, in every form": [
    writing((key, body, options) => [key, body instanceof Uint8Array ? body.slice(0, 3) : body, options]),
    (good) => ({
      putStream: async (key, body, options) => good.put(key, (await collect(body)).slice(0, 1), options),
    }),
  ],
  "what is no body is refused, and nothing is written": (good) => ({
    get: async (key, options) => {
      await good.put(key, Buffer.from("{}"), { ifAbsent: true });
      return await good.get(key, options);
    },
  }),
  "what is to stay stays, and the answer says so": [
    writing((key, body, { ifAbsent: _, ...options } = {}) => [key, body, options]),
    (good) => ({
      put: async (key, body, options) => {
        const { written } = await good.put(key, body, options);
        return written ? { written, etag: "e" } : { written: true, etag: "e" };
      },
    }),
  ],
  "files go up and come down whole, or not at all": [
    writing((key, body, options) => [key, Buffer.concat([body].flat()).subarray(0, 1_000_000), options]),
    (good) => ({
      getStream: async (key, options) => {
        const found = await good.getStream?.(key, options);
        return found === null || found === undefined ? null : { ...found, stream: first(found.stream) };
      },
    }),
  ],
  "a stream that fails leaves nothing": (good) => ({
    putStream: async (key, body, options) => {
      const chunks: Uint8Array[] = [];
      try {
        for await (const chunk of body) chunks.push(chunk);
      } finally {
        await good.put(key, chunks, options);
      }
      return await good.put(key, chunks, options);
    },
  }),
  "no key leaves its root": (good) => ({
    put: (key, body, options) => good.put(key.replaceAll("..", "up").replaceAll("//", "/"), body, options),
  }),
  "a folder is no object": [
    (good) => ({
      get: async (key, options) => {
        const { keys } = await good.list(`${key}/`);
        return await good.get(keys[0] ?? key, options);
      },
    }),
    (good) => ({
      head: async (key, options) => {
        const { keys } = await good.list(`${key}/`);
        return await good.head(keys[0] ?? key, options);
      },
    }),
  ],
  "keys may hold any language": [
    reading((key, options) => [decodeURIComponent(key), options]),
    (good) => ({
      list: async (prefix, options) => {
        const page = await good.list(prefix, options);
        return { ...page, keys: page.keys.map((key) => encodeURI(key)) };
      },
    }),
  ],
  "many come in the order asked, whatever they take": [
    reading((key, options) => [key.replace(/many\/\d+$/, "many/0"), options]),
    (good) => ({
      list: (prefix, options) =>
        good.list(prefix, { ...options, limit: 900 }).then((page) => ({ ...page, cursor: undefined })),
    }),
  ],
  "what is not there is null or an error that names it": [
    (good) => ({
      get: async (key, options) =>
        (await good.get(key, options)) ?? { bytes: new Uint8Array(), size: 0, etag: "", modifiedAt: 0 },
    }),
    () => ({ delete: async () => undefined }),
    () => ({ head: async () => ({ size: 0, etag: "", modifiedAt: 0 }) }),
  ],
  "a part is read from the middle, the end, and up to the end": [
    reading((key, { range: _, ...options } = {}) => [key, options]),
    (good) => ({
      get: async (key, options) => {
        const found = await good.get(key, options);
        return found && { ...found, size: found.bytes.length };
      },
    }),
  ],
  "a list shows one level, or all of it": [
    (good) => ({ list: (prefix, { delimiter: _, ...options } = {}) => good.list(prefix, options) }),
    (good) => ({ list: (prefix, options) => good.list(prefix.replace(/(\w)\/$/, "$1"), options) }),
  ],
  "info says what get says": [
    (good) => ({
      head: async (key, options) => {
        const found = await good.head(key, options);
        return found && { ...found, size: found.size + 1 };
      },
    }),
    (good) => ({ head: async () => ({ size: 12, etag: "1", modifiedAt: 0 }), get: good.get }),
  ],
  "content type and metadata are kept and given back, or refused": [
    writing((key, body) => [key, body]),
    (good) => ({ putStream: async (key, body) => good.put(key, await collect(body)) }),
    (good) => ({ head: (key) => good.head(key) }),
    (good) => ({
      getStream: (key, options) => good.getStream?.(key, { ...options, attributes: false }) ?? Promise.resolve(null),
    }),
    writing((key, body, options) => [
      key,
      body,
      { ...options, contentType: options?.contentType ?? "binary/octet-stream" },
    ]),
    writing((key, body, options) => [key, body, { ...options, metadata: { ...options?.metadata, mark: "x" } }]),
  ],
  "what is to stay keeps its content type and metadata, too": (good) => ({
    put: async (key, body, options) => {
      const found = await good.get(key);
      if (options?.ifAbsent && found !== null) await good.put(key, found.bytes, { ...options, ifAbsent: false });
      return await good.put(key, body, options);
    },
  }),
  "each of many has its own content type and metadata, else those of all": writing((key, body, options) => [
    key,
    body,
    { ...options, metadata: options?.metadata?.width ? {} : options?.metadata },
  ]),
  "attributes that no store can keep are refused before any of many is written": (good) => ({
    head: (key, options) => good.head(key, options),
    get: async (key, options) => {
      await good.put(key, Buffer.from("x"), { ifAbsent: true });
      return await good.get(key, options);
    },
  }),
};

async function* first(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    yield chunk.subarray(0, 1_000_000);
    return;
  }
}

function rulesOver(bug: Bug) {
  return dataRules({
    open() {
      const good = createMemoryDatastore();
      return { datastore: { ...good, ...bug(good) } };
    },
  });
}

it("has a broken datastore for every rule", () => {
  expect(
    rulesOver(() => ({}))
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(Object.keys(bugs).toSorted());
});

for (const [name, list] of Object.entries(bugs)) {
  it.each([list].flat().map((bug, i) => [i, bug] as const))(`${name}: catches broken datastore %i`, async (_, bug) => {
    const rule = rulesOver(bug).find((each) => each.name === name);
    await expect(rule?.check()).rejects.toThrow();
  });
}
