import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Datastore, ListOptions, ObjectAttributes } from "../contracts/datastore.js";
import type { ObjectClient, ObjectFailure, ObjectPutOptions, ObjectUpload } from "../contracts/object-client.js";
import { datastoreSuite } from "../testing/datastore-suite.js";
import { compareUtf8, sortUtf8 } from "./check-key.js";
import { toPage } from "./list-page.js";
import { createObjectDatastore, type ObjectDatastoreOptions } from "./object-datastore.js";

/** Fails as the failure says. */
class Failed extends Error {
  readonly failure: ObjectFailure;
  constructor(kind: ObjectFailure["kind"], more: Partial<ObjectFailure> = {}) {
    super(kind);
    this.failure = { kind, reason: `it is ${kind}`, ...more };
  }
}

interface Kept {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly mark: string | undefined;
  readonly attributes: ObjectAttributes;
  readonly modifiedAt: number;
  readonly parts: readonly number[];
}

type Call = "get" | "getPart" | "put" | "head" | "list" | "delete" | "startUpload" | "putPart" | "complete" | "abort";
/** What happens to a call: fails before it is done, or after. */
type Trouble = { readonly before?: Error; readonly after?: Error | (() => void) } | undefined;

/** A store in memory that fails when it is told to. */
function createStore(limits: Partial<ObjectClient["limits"]> = {}) {
  const objects = new Map<string, Kept>();
  const uploads = new Set<ObjectUpload>();
  const calls: Call[] = [];
  const store = { objects, uploads, calls, trouble: (_call: Call, _nth: number): Trouble => undefined, renewed: 0 };
  let writes = 0;

  const call = async <T>(name: Call, signal: AbortSignal, work: () => T): Promise<T> => {
    calls.push(name);
    const trouble = store.trouble(name, calls.filter((each) => each === name).length);
    if (trouble?.before !== undefined) throw trouble.before;
    await new Promise((done) => setImmediate(done));
    signal.throwIfAborted();
    const result = work();
    if (trouble?.after instanceof Error) throw trouble.after;
    trouble?.after?.();
    return result;
  };
  const found = (key: string, ifMatch?: string) => {
    const object = objects.get(key);
    if (object === undefined) throw new Failed("absent");
    if (ifMatch !== undefined && object.etag !== ifMatch) throw new Failed("refused");
    return object;
  };
  const infoOf = ({ bytes, etag, mark, attributes, modifiedAt }: Kept) => ({
    ...{ size: bytes.length, etag, mark, modifiedAt },
    ...attributes,
  });
  const write = (key: string, bytes: Buffer, parts: readonly number[], given: ObjectPutOptions) => {
    if (given.ifAbsent && objects.has(key)) throw new Failed("refused");
    if (given.ifMatch !== undefined) found(key, given.ifMatch);
    const etag = `e${++writes}`;
    const { contentType, metadata } = given;
    const attributes = { contentType, metadata };
    objects.set(key, { bytes, etag, mark: given.mark, attributes, modifiedAt: Date.now(), parts });
    return { etag };
  };

  const client: ObjectClient = {
    limits: { maxParts: 1000, parallelParts: true, attributes: "get", ...limits },
    classify: (error) => (error instanceof Failed ? error.failure : { kind: "broken", reason: String(error) }),
    renewCredentials: () => void store.renewed++,
    get: (key, { range, ifMatch, signal }) =>
      call("get", signal, () => {
        const object = found(key, ifMatch);
        if (range !== undefined && range.start >= object.bytes.length) throw new Failed("range");
        const body = Readable.from([object.bytes.subarray(range?.start ?? 0, range?.end)]);
        const untold = limits.attributes === "head" ? { contentType: undefined, metadata: undefined } : {};
        return { ...infoOf(object), ...untold, body, parts: object.parts.length };
      }),
    getPart: (key, part, { ifMatch, signal }) =>
      call("getPart", signal, () => {
        const object = found(key, ifMatch);
        const start = object.parts.slice(0, part - 1).reduce((sum, length) => sum + length, 0);
        const end = start + (object.parts[part - 1] ?? 0);
        return { ...infoOf(object), start, end, body: Readable.from([object.bytes.subarray(start, end)]) };
      }),
    put: (key, body, given) => call("put", given.signal, () => write(key, Buffer.from(body), [], given)),
    head: (key, { signal }) => call("head", signal, () => infoOf(found(key))),
    list: (prefix, given) => call("list", given.signal, () => pageOf([...objects.keys()], prefix, given)),
    delete: (key, { signal }) => call("delete", signal, () => void objects.delete(key)),
    startUpload: (key, given) =>
      call("startUpload", given.signal, () => {
        const parts = new Map<number, Buffer>();
        const upload: ObjectUpload = {
          putPart: (number, body, { signal }) =>
            call("putPart", signal, () => void parts.set(number, Buffer.from(body))),
          complete: ({ signal }) =>
            call("complete", signal, () => {
              if (!uploads.has(upload)) throw new Failed("absent");
              const all = [...parts.keys()].sort((a, b) => a - b).map((number) => parts.get(number) ?? Buffer.alloc(0));
              const written = write(
                key,
                Buffer.concat(all),
                all.map(({ length }) => length),
                given,
              );
              uploads.delete(upload);
              return written;
            }),
          abort: ({ signal }) => call("abort", signal, () => void uploads.delete(upload)),
        };
        uploads.add(upload);
        return upload;
      }),
  };
  return Object.assign(store, { client });
}

function pageOf(keys: readonly string[], prefix: string, { cursor, delimiter, limit = 1000, startAfter }: ListOptions) {
  const items = sortUtf8(
    keys.filter((key) => key.startsWith(prefix) && (!startAfter || compareUtf8(key, startAfter) > 0)),
  ).map((key) => {
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    return cut < 0 ? key : key.slice(0, cut + 1);
  });
  const unique = [...new Set(items)];
  return toPage(unique.slice(cursor === undefined ? 0 : unique.indexOf(cursor) + 1, limit + 1 + unique.length), limit);
}

type Store = ReturnType<typeof createStore>;

const QUICK = { tries: 4, base: 1, cap: 2, total: 2000, idle: 200 };
const MB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function open(store: Store, options: Partial<ObjectDatastoreOptions> = {}) {
  const given = { name: "fake", root: "fake://bucket/prefix", prefix: "prefix/", partBytes: MB, retry: QUICK };
  return createObjectDatastore(store.client, { ...given, ...options });
}

const text = (value: string) => Buffer.from(value);
describe("attributes", () => {
  const metadata = { a: "b" };

  it("are refused by a store that would lose them, before anything is sent", async () => {
    const store = createStore({ attributes: undefined });
    const datastore = open(store);
    const expected = { code: "MF_DATASTORE_ATTRIBUTES_UNSUPPORTED" };
    await expect(datastore.put("key", text("x"), { metadata })).rejects.toMatchObject(expected);
    await expect(datastore.put("key", text("x"), { contentType: "text/csv" })).rejects.toMatchObject(expected);
    expect(store.calls).toEqual([]);
    await datastore.put("key", text("x"), { contentType: "application/octet-stream", metadata: {} });
  });

  it("take one request more where reads do not tell them, and only where they are asked for", async () => {
    const store = createStore({ attributes: "head" });
    const datastore = open(store);
    await datastore.put("key", text("x"), { metadata });
    expect(await datastore.get("key")).not.toHaveProperty("metadata");
    expect(store.calls).toEqual(["put", "get"]);
    expect(await datastore.get("key", { attributes: true })).toMatchObject({ metadata });
    expect(store.calls.slice(2).toSorted()).toEqual(["get", "head"]);
  });

  it("are those of the object that was read, although it is replaced meanwhile", async () => {
    const store = createStore({ attributes: "head" });
    const datastore = open(store);
    await datastore.put("key", text("old"), { metadata: { is: "old" } });
    let replacements = 1;
    store.trouble = (call) => ({
      after: () => {
        if (call !== "get" || replacements-- <= 0) return;
        const kept = { mark: undefined, attributes: { metadata: { is: "new" } }, modifiedAt: 0, parts: [] };
        store.objects.set("prefix/key", { bytes: text("new"), etag: `n${store.calls.length}`, ...kept });
      },
    });
    const found = await datastore.get("key", { attributes: true });
    expect([Buffer.from(found?.bytes ?? []).toString(), found?.metadata]).toEqual(["new", { is: "new" }]);
    expect(store.calls).toEqual(["put", "get", "head", "get", "head"]);
    replacements = Number.POSITIVE_INFINITY;
    await expect(datastore.getStream?.("key", { attributes: true })).rejects.toThrow("replaced faster than");
  });
});

describe("options", () => {
  it.each<[string, Partial<ObjectDatastoreOptions>, number]>([
    ["maxConcurrency", { maxConcurrency: 0 }, 1],
    ["maxConcurrency", { maxConcurrency: Number.NaN }, 1],
    ["maxConcurrency", { maxConcurrency: Number.POSITIVE_INFINITY }, 1],
    ["partBytes", { partBytes: 1023 }, 1024],
    ["partConcurrency", { partConcurrency: 0.5 }, 1],
    ["retry.tries", { retry: { tries: 0 } }, 1],
    ["retry.total", { retry: { total: -1 } }, 0],
    ["retry.base", { retry: { base: -1 } }, 0],
    ["retry.cap", { retry: { cap: "1s" as unknown as number } }, 0],
    ["retry.idle", { retry: { idle: 2 ** 31 } }, 1],
  ])("refuses %s of %j", (option, options, min) => {
    const message = new RegExp(`'fake' cannot have the option ${option}: .* from ${min} to 2147483647`);
    const error = expect.objectContaining({
      code: "MF_DATASTORE_OPTION_INVALID",
      message: expect.stringMatching(message),
    });
    expect(() => open(createStore({ minPartBytes: 1024 }), options)).toThrow(error);
  });

  it("may be the smallest ones", async () => {
    const retry = { tries: 1, total: 0, base: 0, cap: 0, idle: 1000 };
    const datastore = open(createStore(), { maxConcurrency: 1, partBytes: 1, partConcurrency: 1, retry });
    await datastore.put("key", text("abc"));
    expect(Buffer.from((await datastore.get("key"))?.bytes ?? []).toString()).toBe("abc");
  });
});

const lost = new Failed("transient", { reason: "the answer was lost" });

for (const limits of [
  { parallelParts: true, attributes: "get" },
  { parallelParts: false, attributes: "head" },
  { parallelParts: true, attributes: undefined },
] as const) {
  datastoreSuite(`an object store with ${JSON.stringify(limits)}`, {
    open: () => ({ datastore: open(createStore(limits)) }),
    makeDenied: () => {
      const store = createStore();
      store.trouble = () => ({ before: new Failed("denied") });
      return { datastore: open(store) };
    },
    makeBroken: () => {
      const store = createStore();
      store.trouble = () => ({ before: new Failed("transient") });
      return { datastore: open(store) };
    },
  });
}

describe("a write whose answer was lost", () => {
  it("has written where the object is its own", async () => {
    const store = createStore();
    store.trouble = (call, nth) => (call === "put" && nth === 1 ? { after: lost } : undefined);
    const put = await open(store).put("key", text("mine"), { ifAbsent: true });
    expect(put).toEqual({ written: true, etag: "e1" });
    expect(store.calls).toEqual(["put", "put", "head"]);
  });

  it("has lost where the object is another's, even of the same content", async () => {
    const store = createStore();
    store.trouble = (call, nth) => (call === "put" && nth === 2 ? { before: lost } : undefined);
    const [one, other] = [open(store), open(store)];
    await one.put("key", text("same"), { ifAbsent: true });
    expect(await other.put("key", text("same"), { ifAbsent: true })).toEqual({ written: false });
  });

  it("has written where another changed the object on top of it, and its etag matches nothing", async () => {
    const store = createStore();
    const [one, other] = [open(store), open(store)];
    const first = await one.put("key", text("1"));
    await one.get("key");
    store.trouble = (call, nth) => {
      if (call !== "put" || nth !== 2) return undefined;
      store.trouble = () => undefined;
      return { after: lost };
    };
    // Between the lost answer and the next try, the other one reads and changes what was written.
    const { put } = store.client;
    let isFirst = true;
    store.client.put = async (key, body, options) => {
      if (isFirst) {
        isFirst = false;
        return put(key, body, options);
      }
      store.client.put = put;
      const found = await other.get("key");
      expect((await other.put("key", text("1+1+1"), { ifMatch: found?.etag })).written).toBe(true);
      return put(key, body, options);
    };
    const second = await one.put("key", text("1+1"), { ifMatch: first.written ? first.etag : "" });
    expect(second).toEqual({ written: true, etag: "changed-since" });
    expect(await one.put("key", text("blind"), { ifMatch: "changed-since" })).toEqual({ written: false });
    expect(String((await one.get("key"))?.bytes)).toBe("1+1+1");
  });

  it("has written where it was the last of an upload in parts", async () => {
    const store = createStore();
    store.trouble = (call, nth) => (call === "complete" && nth === 1 ? { after: lost } : undefined);
    for (const options of [{}, { ifAbsent: true }]) {
      store.objects.clear();
      expect((await open(store).put("key", Buffer.alloc(3 * MB), options)).written).toBe(true);
      expect(store.objects.size).toBe(1);
    }
  });
});

describe("an upload that fails", () => {
  it.each(["putPart", "complete"] as const)("at %s is cleaned up", async (at) => {
    const store = createStore();
    store.trouble = (call) => (call === at ? { before: new Failed("broken") } : undefined);
    await expect(open(store).put("key", Buffer.alloc(5 * MB))).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
    expect(store.uploads.size).toBe(0);
    expect(store.calls).toContain("abort");
  });

  it("because it is no longer wanted is cleaned up, too", async () => {
    const store = createStore();
    const controller = new AbortController();
    store.trouble = (call, nth) => {
      if (call === "putPart" && nth === 2) controller.abort(new Error("no longer wanted"));
      return undefined;
    };
    const put = open(store).put("key", Buffer.alloc(5 * MB), { signal: controller.signal });
    await expect(put).rejects.toThrow("no longer wanted");
    expect(store.uploads.size).toBe(0);
    expect(store.objects.size).toBe(0);
  });
});

describe("a call that fails", () => {
  it("is not tried again where it is denied, and says where", async () => {
    const store = createStore();
    const reason = "AccessDenied: see https://me:secret@host/bucket/key?X-Amz-Signature=abc";
    store.trouble = () => ({ before: new Failed("denied", { reason, requestId: "R1", fix: "Ask." }) });
    await expect(open(store).get("key")).rejects.toMatchObject({
      code: "MF_DATASTORE_DENIED",
      message:
        "Not allowed to read 'key' in fake://bucket/prefix: AccessDenied: see https://host/bucket/key (request R1).",
      fix: "Ask.",
    });
    expect(store.calls).toEqual(["get"]);
  });

  it("is tried as often as the budget says", async () => {
    const store = createStore();
    store.trouble = () => ({ before: lost });
    await expect(open(store).get("key")).rejects.toThrow("tried 4 times");
    expect(store.calls.length).toBe(4);
  });

  it("gets new credentials once where they have expired", async () => {
    const store = createStore();
    store.objects.set("prefix/key", {
      bytes: text("x"),
      etag: "e",
      mark: undefined,
      attributes: {},
      modifiedAt: 0,
      parts: [],
    });
    store.trouble = (_, nth) => (nth === 1 ? { before: new Failed("expired") } : undefined);
    expect(await open(store).get("key")).not.toBeNull();
    expect(store.renewed).toBe(1);
    store.trouble = () => ({ before: new Failed("expired") });
    await expect(open(store).get("key")).rejects.toMatchObject({ code: "MF_DATASTORE_DENIED" });
    expect(store.calls.length).toBe(4);
  });

  it("gets new credentials once for all that were on their way", async () => {
    const store = createStore();
    const datastore = open(store);
    const keys = Array.from({ length: 20 }, (_, i) => `key${i}`);
    store.trouble = (_, nth) => (nth <= 20 ? { after: new Failed("expired") } : undefined);
    await Promise.all(keys.map((key) => datastore.put(key, text("x"))));
    expect(store.renewed).toBe(1);
  });

  it("leaves an overloaded store fewer calls at the same time, until it can do them", async () => {
    const store = createStore();
    let active = 0;
    const peaks: number[] = [];
    const { put } = store.client;
    store.client.put = async (key, body, options) => {
      peaks.push(++active);
      try {
        await new Promise((done) => setTimeout(done, 2));
        if (active > 8) throw new Failed("throttled");
        return await put(key, body, options);
      } finally {
        active--;
      }
    };
    const datastore = open(store, { retry: { ...QUICK, total: 20_000 } });
    await Promise.all(Array.from({ length: 500 }, (_, i) => datastore.put(`key${i}`, text("x"))));
    expect(store.objects.size).toBe(500);
    expect(Math.max(...peaks.slice(0, 100))).toBe(64);
    expect(Math.max(...peaks.slice(-300))).toBeLessThanOrEqual(17);
  });

  it("is given up where the store wants too much patience", async () => {
    const store = createStore();
    store.trouble = () => ({ before: new Failed("throttled", { retryAfter: 3_600_000 }) });
    await expect(open(store).get("key")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
    expect(store.calls.length).toBe(1);
  });

  it("counts as failed where no byte comes", async () => {
    const store = createStore();
    const { get } = store.client;
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    store.client.get = async (key, options) => ({ ...(await get(key, options)), body: silent });
    await open(store).put("key", text("x"));
    await expect(open(store, { retry: { ...QUICK, tries: 2, idle: 20 } }).get("key")).rejects.toThrow("no answer");
  });

  it("ends when it is no longer wanted, even while it waits", async () => {
    const store = createStore();
    store.trouble = () => ({ before: new Failed("throttled", { retryAfter: 1500 }) });
    const signal = AbortSignal.timeout(30);
    const started = performance.now();
    await expect(open(store).get("key", { signal })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it("tells an absent bucket from an absent object, once", async () => {
    const store = createStore();
    store.trouble = (call) => (call === "head" ? { before: new Failed("absent-or-bucket") } : undefined);
    const datastore = open(store);
    expect(await datastore.head("key")).toBeNull();
    expect(await datastore.head("key")).toBeNull();
    expect(store.calls).toEqual(["head", "list", "head"]);
    store.trouble = (call) => ({ before: new Failed(call === "head" ? "absent-or-bucket" : "broken") });
    await expect(open(store).head("key")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  });
});

describe("an answer that may not be the store's", () => {
  it("is none, where a bucket is neither there nor absent for sure, and ends the call", async () => {
    const store = createStore();
    store.trouble = () => ({ before: new Failed("absent-or-bucket") });
    await expect(open(store).head("key")).rejects.toThrow(
      "there is no such bucket, or no store: it is absent-or-bucket",
    );
    expect(store.calls).toEqual(["head", "list"]);
    await expect(open(store).list("")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  });

  it("is no empty list, even where the bucket was seen", async () => {
    const store = createStore();
    const datastore = open(store);
    await datastore.put("key", text("x"));
    store.trouble = () => ({ before: new Failed("absent-or-bucket") });
    await expect(datastore.list("")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  });

  it.each(["get", "head", "put", "complete"] as const)("is none of %s where it has no etag", async (at) => {
    const store = createStore();
    const { get, head, put, startUpload } = store.client;
    const datastore = open(store);
    await datastore.put("key", text("x"));
    let isWhole = false;
    const part = <T extends object>(answer: T): T => (isWhole ? answer : { ...answer, etag: "" });
    store.client.get = async (key, given) => part(await get(key, given));
    store.client.head = async (key, given) => part(await head(key, given));
    store.client.put = async (key, body, given) => part(await put(key, body, given));
    store.client.startUpload = async (key, given) => {
      const upload = await startUpload(key, given);
      return { ...upload, complete: async (options) => part(await upload.complete(options)) };
    };
    const call = {
      get: () => datastore.get("key"),
      head: () => datastore.head("key"),
      put: () => datastore.put("new", text("x"), { ifAbsent: true }),
      complete: () => datastore.put("large", Buffer.alloc(3 * MB), { ifAbsent: true }),
    }[at];
    await expect(call()).rejects.toThrow("no etag");
    isWhole = true;
    expect(await call()).toMatchObject(at === "put" || at === "complete" ? { written: false } : { size: 1 });
  });

  it("is no part of an object where it has another's etag", async () => {
    const store = createStore();
    const { getPart } = store.client;
    const datastore = open(store);
    await datastore.put("key", Buffer.alloc(5 * MB, "a"));
    let isFirst = true;
    store.client.getPart = async (key, part, given) => {
      const found = await getPart?.(key, part, given);
      if (found === undefined || !isFirst) return found as NonNullable<typeof found>;
      isFirst = false;
      return { ...found, etag: "other", body: Readable.from([Buffer.alloc(found.end - found.start, "b")]) };
    };
    const { bytes = new Uint8Array(0) } = (await datastore.get("key")) ?? {};
    expect(Buffer.compare(bytes, Buffer.alloc(5 * MB, "a"))).toBe(0);
  });
});

describe("a call's time", () => {
  it("begins with its first turn: what waited long is tried as often as anything else", async () => {
    const store = createStore();
    const { put } = store.client;
    let tries = 0;
    store.client.put = async (key, body, given) => {
      await new Promise((done) => setTimeout(done, 60));
      if (key.endsWith("last") && tries++ === 0) throw lost;
      return await put(key, body, given);
    };
    const datastore = open(store, { maxConcurrency: 1, retry: { ...QUICK, total: 150 } });
    await Promise.all(["1", "2", "3", "last"].map((key) => datastore.put(key, text("x"))));
    expect(tries).toBe(2);
  });

  it("is as long as bytes come", async () => {
    const store = createStore();
    const { get } = store.client;
    store.client.get = async (key, given) => {
      const slow = async function* () {
        for (const letter of "slowly") {
          await new Promise((done) => setTimeout(done, 100));
          yield text(letter);
        }
      };
      return { ...(await get(key, given)), body: slow() };
    };
    const datastore = open(store, { retry: { ...QUICK, tries: 1, idle: 300 } });
    await datastore.put("key", text("slowly"));
    expect(String((await datastore.get("key"))?.bytes)).toBe("slowly");
  });

  it("is longer where it sends more", async () => {
    const store = createStore();
    const { put } = store.client;
    store.client.put = async (key, body, given) => {
      await new Promise((done, fail) => {
        given.signal.addEventListener("abort", () => fail(given.signal.reason));
        setTimeout(done, 300);
      });
      return await put(key, body, given);
    };
    const datastore = open(store, { retry: { ...QUICK, tries: 1, idle: 100 } });
    await datastore.put("large", Buffer.alloc(MB));
    await expect(datastore.put("small", text("x"))).rejects.toThrow("no answer");
  });
});

describe("a large object", () => {
  it("that is replaced while it is streamed is an error, no shorter stream", async () => {
    const store = createStore();
    const datastore = open(store);
    await datastore.put("key", Buffer.alloc(5 * MB, "a"));
    const found = await datastore.getStream?.("key");
    await datastore.put("key", Buffer.alloc(5 * MB, "b"));
    const drain = async () => {
      for await (const _ of found?.stream ?? []);
    };
    await expect(drain()).rejects.toThrow("it was replaced while it was read");
  });

  it("that lost against another leaves nothing behind", async () => {
    const store = createStore();
    const datastore = open(store);
    await datastore.put("key", text("first"));
    expect(await datastore.put("key", Buffer.alloc(5 * MB), { ifAbsent: true })).toEqual({ written: false });
    expect(store.uploads.size).toBe(0);
  });

  it("is sent in parts that grow with their number, and refused where there are too many", async () => {
    const store = createStore({ maxParts: 1010 });
    const sizes = new Set<number>();
    const { startUpload } = store.client;
    store.client.startUpload = async (key, given) => {
      const upload = await startUpload(key, given);
      const putPart: ObjectUpload["putPart"] = async (number, body, options) => {
        sizes.add(body.length);
        await upload.putPart(number, body, options);
      };
      return { ...upload, putPart };
    };
    const datastore = open(store, { partBytes: 4 });
    await datastore.put("key", Buffer.alloc(999 * 4 + 8 * 5));
    expect([...sizes]).toEqual([4, 8]);
    const tooLarge = datastore.put("larger", Buffer.alloc(999 * 4 + 8 * 20));
    await expect(tooLarge).rejects.toThrow("more than 1010 parts; choose a larger part size");
  });

  it("of which a part fails ends those that are on their way", async () => {
    const store = createStore();
    const { startUpload } = store.client;
    let ended = 0;
    store.client.startUpload = async (key, given) => ({
      ...(await startUpload(key, given)),
      putPart: (number, _, { signal }) =>
        new Promise((_done, fail) => {
          if (number === 1) setTimeout(() => fail(new Failed("broken")), 20);
          signal.addEventListener("abort", () => {
            ended++;
            fail(signal.reason);
          });
        }),
    });
    await expect(open(store, { retry: { ...QUICK, idle: 1500 } }).put("key", Buffer.alloc(5 * MB))).rejects.toThrow(
      "it is broken",
    );
    expect(ended).toBe(2);
  });

  it("that is given up is cleaned up within seconds, whatever the store does", { timeout: 15_000 }, async () => {
    const store = createStore();
    const { startUpload } = store.client;
    store.client.startUpload = async (key, given) => ({
      ...(await startUpload(key, given)),
      putPart: async () => {
        throw new Failed("broken");
      },
      abort: ({ signal }) => new Promise((_, fail) => void signal.addEventListener("abort", () => fail(signal.reason))),
    });
    const started = performance.now();
    const retry = { ...QUICK, total: 300_000, idle: 60_000 };
    await expect(open(store, { retry }).put("key", Buffer.alloc(5 * MB))).rejects.toThrow("it is broken");
    expect(performance.now() - started).toBeLessThan(8000);
  });

  it("is read again where it was replaced meanwhile", async () => {
    const store = createStore();
    const datastore = open(store);
    const fill = (letter: string) => Buffer.alloc(5 * MB, letter);
    await datastore.put("key", fill("a"));
    store.trouble = (call, nth) =>
      call === "getPart" && nth === 2
        ? {
            after: () => {
              store.objects.set("prefix/key", {
                bytes: fill("b"),
                etag: "b",
                mark: undefined,
                attributes: {},
                modifiedAt: 0,
                parts: [],
              });
            },
          }
        : undefined;
    expect((await datastore.get("key"))?.bytes).toEqual(fill("b"));
  });

  it("leaves no transfer open whose rest is not wanted", async () => {
    const store = createStore();
    const { get } = store.client;
    const signals: AbortSignal[] = [];
    store.client.get = (key, options) => {
      signals.push(options.signal);
      return get(key, options);
    };
    const datastore = open(store);
    await datastore.put("key", Buffer.alloc(5 * MB));
    // The whole is asked for, and only then known to be so large that it is read by its parts.
    expect((await datastore.get("key"))?.size).toBe(5 * MB);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("is never half a value: short and long bodies are read again", async () => {
    for (const wrong of [0, 4, 6]) {
      const store = createStore();
      const { get } = store.client;
      let isFirst = true;
      store.client.get = async (key, options) => {
        const found = await get(key, options);
        const body = isFirst ? Readable.from([Buffer.alloc(wrong)]) : found.body;
        isFirst = false;
        return { ...found, body };
      };
      const datastore = open(store);
      await datastore.put("key", text("12345"));
      expect(String((await datastore.get("key"))?.bytes)).toBe("12345");
    }
  });
});

describe("a checksum of the whole", () => {
  const letters = (count: number) => Buffer.alloc(count, "abcdefg");

  /** A store whose answers have a checksum, and damage one byte in the requests of those numbers. */
  function createChecked(damaged: readonly number[]) {
    const store = createStore();
    const { get } = store.client;
    let requests = 0;
    store.client.get = async (key, options) => {
      const found = await get(key, options);
      const chunks: Buffer[] = [];
      for await (const chunk of found.body) chunks.push(Buffer.from(chunk));
      const bytes = Buffer.concat(chunks);
      if (damaged.includes(++requests)) bytes.write("!", bytes.length >> 1);
      const sum = createHash("sha256");
      const whole = sha256(store.objects.get(key)?.bytes ?? Buffer.alloc(0));
      const checksum = {
        update: (chunk: Uint8Array) => void sum.update(chunk),
        matches: () => sum.digest("hex") === whole,
      };
      return { ...found, body: Readable.from([bytes]), checksum };
    };
    return { store, datastore: open(store), requests: () => requests };
  }
  const streamed = async (datastore: Datastore) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of (await datastore.getStream?.("key"))?.stream ?? []) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  it.each([100, 5 * MB])("lets what is right pass, and does not split by parts (%i bytes)", async (size) => {
    const { store, datastore } = createChecked([]);
    await datastore.put("key", letters(size));
    expect(letters(size).equals((await datastore.get("key"))?.bytes ?? letters(0))).toBe(true);
    expect((await streamed(datastore)).equals(letters(size))).toBe(true);
    expect(store.calls).not.toContain("getPart");
  });

  it("makes a small object that came damaged come again", async () => {
    const { datastore, requests } = createChecked([1]);
    await datastore.put("key", letters(100));
    expect(letters(100).equals((await datastore.get("key"))?.bytes ?? letters(0))).toBe(true);
    expect(requests()).toBe(2);
    const again = createChecked([1]);
    await again.datastore.put("key", letters(100));
    expect((await streamed(again.datastore)).equals(letters(100))).toBe(true);
  });

  it.each([2, 3])("makes a large one come again, whichever request (%i) it came damaged in", async (request) => {
    const { datastore } = createChecked([request]);
    await datastore.put("key", letters(5 * MB));
    expect(letters(5 * MB).equals((await datastore.get("key"))?.bytes ?? letters(0))).toBe(true);
  });

  it("ends a large stream with an error", async () => {
    const { datastore } = createChecked([2]);
    await datastore.put("key", letters(5 * MB));
    const error = { code: "MF_DATASTORE_BROKEN", message: expect.stringContaining("do not fit their checksum") };
    await expect(streamed(datastore)).rejects.toMatchObject(error);
  });

  it("that never fits is an error", async () => {
    const { datastore } = createChecked(Array.from({ length: 1000 }, (_, k) => k));
    await datastore.put("key", letters(5 * MB));
    await expect(datastore.get("key")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  });

  it("is not asked where the caller has one of its own", async () => {
    const { store, datastore, requests } = createChecked([2]);
    await datastore.put("key", letters(5 * MB));
    const found = await datastore.get("key", { checkedByCaller: true });
    expect(found?.bytes.length).toBe(5 * MB);
    expect(letters(5 * MB).equals(found?.bytes ?? letters(0))).toBe(false);
    expect(store.calls).not.toContain("getPart");
    expect(requests()).toBeGreaterThan(1);
  });
});
