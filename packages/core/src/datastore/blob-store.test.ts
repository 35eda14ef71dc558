import { createHash, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createBlobStore } from "./blob-store.js";
import { blobKey } from "./key-layout.js";
import { createMemoryDatastore } from "./memory-datastore.js";

const WHAT = "Artifact 'model' of F/1/train/0";
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const text = (length: number) =>
  Buffer.from("the same words again and again. ".repeat(Math.ceil(length / 32))).subarray(0, length);

/** Notes the calls of a datastore. */
function counting(datastore: Datastore) {
  const calls: string[] = [];
  const noted =
    <A extends unknown[], R>(name: string, call: (...values: A) => R) =>
    (...values: A): R => {
      calls.push(name);
      return call(...values);
    };
  const counted: Datastore = {
    ...datastore,
    get: noted("get", datastore.get),
    put: noted("put", datastore.put),
    head: noted("head", datastore.head),
    getSync: noted("getSync", (key: string) => datastore.getSync?.(key) ?? null),
  };
  return { datastore: counted, calls };
}

describe("what is put", () => {
  it("comes back, under the hash of its content, however it was cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 500 }), { maxLength: 8 }), async (chunks) => {
        const datastore = createMemoryDatastore();
        const content = Buffer.concat(chunks);
        const hash = await createBlobStore(datastore).put(chunks);
        expect(hash).toBe(sha256(content));
        const reader = createBlobStore(datastore);
        expect(Buffer.from(await reader.get(hash, WHAT)).equals(content)).toBe(true);
        expect(Buffer.from(reader.getSync(hash, WHAT)).equals(content)).toBe(true);
      }),
    );
  });

  const large: [string, Buffer[]][] = [
    ["text of several frames", [text(9_000_000)]],
    ["text whose chunks cross frames", [text(3_000_000), text(5_000_001), text(3), text(1_500_000)]],
    ["text just over the size of a frame", [text(4 * 1024 * 1024), Buffer.from("x")]],
    ["random bytes", [randomBytes(6_000_000), randomBytes(1)]],
    ["zeros", [Buffer.alloc(10_000_000)]],
    ["random bytes between text", [text(3_000_000), randomBytes(3_000_000), text(3_000_000)]],
  ];
  it.each(large)("comes back when it is large: %s", async (_, chunks) => {
    const datastore = createMemoryDatastore();
    const content = Buffer.concat(chunks);
    const hash = await createBlobStore(datastore).put(chunks);
    expect(hash).toBe(sha256(content));
    expect(content.equals(await createBlobStore(datastore).get(hash, WHAT))).toBe(true);
    expect(content.equals(createBlobStore(datastore).getSync(hash, WHAT))).toBe(true);
  });

  it("is compressed where that saves something, and only there", async () => {
    const datastore = createMemoryDatastore();
    const sizeOf = async (bytes: Buffer) =>
      (await datastore.head(blobKey(await createBlobStore(datastore).put([bytes]))))?.size ?? 0;
    for (const length of [1000, 200_000, 5_000_000]) {
      expect(await sizeOf(text(length))).toBeLessThan(length / 5);
      expect(await sizeOf(randomBytes(length))).toBe(length + 16);
    }
  });

  it("is aligned to 8 bytes when it is read", async () => {
    const datastore = createMemoryDatastore();
    for (const bytes of [Buffer.alloc(64), randomBytes(64), text(300_000), randomBytes(300_000)]) {
      const hash = await createBlobStore(datastore).put([bytes]);
      const store = createBlobStore(datastore);
      for (const read of [await store.get(hash, WHAT), await store.get(hash, WHAT), store.getSync(hash, WHAT)]) {
        expect(read.byteOffset % 8).toBe(0);
      }
    }
  });

  it("is stored once", async () => {
    const inner = createMemoryDatastore();
    for (const content of [text(1000), text(2_000_000)]) {
      const { datastore, calls } = counting(inner);
      const store = createBlobStore(datastore);
      const hash = await store.put([content]);
      const stored = await inner.head(blobKey(hash));
      await store.put([content]);
      expect(calls.filter((call) => call === "put")).toHaveLength(1);
      await createBlobStore(datastore).put([content]);
      expect(await inner.head(blobKey(hash))).toEqual(stored);
      // What is large is asked for before it is sent.
      expect(calls.filter((call) => call === "put")).toHaveLength(content.length > 1_000_000 ? 1 : 2);
      expect(await store.has(hash)).toBe(true);
    }
  });

  it("is known to be there or not", async () => {
    const store = createBlobStore(createMemoryDatastore());
    expect(await store.has("a".repeat(64))).toBe(false);
    expect(await store.has(await store.put([text(10)]))).toBe(true);
  });
});

describe("what is read", () => {
  it("is read from the datastore once while it is in the cache, and belongs to the caller", async () => {
    const { datastore, calls } = counting(createMemoryDatastore());
    const hash = await createBlobStore(datastore).put([text(1000)]);
    const store = createBlobStore(datastore);
    calls.length = 0;
    for (const read of [await store.get(hash, WHAT), await store.get(hash, WHAT), store.getSync(hash, WHAT)]) {
      expect(text(1000).equals(read)).toBe(true);
      read.fill(0);
    }
    expect(calls).toEqual(["get"]);
  });

  it("leaves the cache when others need the room", async () => {
    const { datastore, calls } = counting(createMemoryDatastore());
    const store = createBlobStore(datastore, { cacheBytes: 4000 });
    const hashes = await Promise.all(Array.from({ length: 5 }, (_, i) => store.put([Buffer.alloc(1000, i)])));
    const reads = async (index: number) => {
      calls.length = 0;
      await store.get(hashes[index] ?? "", WHAT);
      return calls.length;
    };
    for (const index of [0, 1, 2, 3]) expect(await reads(index)).toBe(1);
    expect(await reads(0)).toBe(0);
    expect(await reads(4)).toBe(1);
    // 1 was the one not used for longest.
    expect([await reads(0), await reads(2), await reads(3), await reads(4), await reads(1)]).toEqual([0, 0, 0, 0, 1]);
    const none = createBlobStore(datastore, { cacheBytes: 0 });
    calls.length = 0;
    for (let i = 0; i < 2; i++) await none.get(hashes[0] ?? "", WHAT);
    expect(calls).toHaveLength(2);
  });

  it("is missing with its name and hash", async () => {
    const store = createBlobStore(createMemoryDatastore("here"));
    const expected = {
      code: "MF_BLOB_MISSING",
      message: `${WHAT} is gone: the datastore memory://here has no blob ${"a".repeat(64)}.`,
    };
    await expect(store.get("a".repeat(64), WHAT)).rejects.toMatchObject(expected);
    expect(() => store.getSync("a".repeat(64), WHAT)).toThrow(expect.objectContaining(expected));
  });

  it.each([
    ["compressed", text(20_000)],
    ["raw", randomBytes(2_000)],
    ["of several frames", text(5_000_000)],
    ["empty", Buffer.alloc(0)],
  ])("is never wrong: any damage to a blob that is %s is an error", async (_, content) => {
    const datastore = createMemoryDatastore();
    const hash = await createBlobStore(datastore).put([content]);
    const stored = (await datastore.get(blobKey(hash)))?.bytes ?? new Uint8Array();
    const damage = fc.oneof(
      fc.record({ at: fc.nat(stored.length - 1), bit: fc.nat(7) }).map(({ at, bit }) => flipped(stored, at, bit)),
      fc
        .record({ at: fc.nat(Math.min(stored.length - 1, 40)), bit: fc.nat(7) })
        .map(({ at, bit }) => flipped(stored, at, bit)),
      fc.nat(stored.length - 1).map((length) => stored.slice(0, length)),
      fc.uint8Array({ minLength: 1, maxLength: 9 }).map((tail) => Buffer.concat([stored, tail])),
    );
    await fc.assert(
      fc.asyncProperty(damage, async (bytes) => {
        await datastore.put(blobKey(hash), bytes);
        const store = createBlobStore(datastore);
        const outcome = await store.get(hash, WHAT).catch((error: unknown) => error);
        if (outcome instanceof Uint8Array) {
          // Some bits, such as those of a limit, mean nothing: then the content is right all the same.
          expect(content.equals(outcome)).toBe(true);
        } else {
          expect(outcome).toMatchObject({ code: expect.stringMatching(/^MF_(BLOB_CORRUPT|STORAGE_TOO_NEW)$/) });
          const sameCode = expect.objectContaining({ code: (outcome as { code: string }).code });
          expect(() => store.getSync(hash, WHAT)).toThrow(sameCode);
        }
      }),
      { numRuns: content.length > 1_000_000 ? 40 : 200 },
    );
  });

  it.each([randomBytes(2_000), text(20_000)])(
    "is read again, with the store's own check, where it came damaged",
    async (content) => {
      const datastore = createMemoryDatastore();
      const hash = await createBlobStore(datastore).put([content]);
      const stored = (await datastore.get(blobKey(hash)))?.bytes ?? new Uint8Array();
      const asked: (boolean | undefined)[] = [];
      const careless: Datastore = {
        ...datastore,
        async get(key, options) {
          const found = await datastore.get(key, options);
          asked.push(options?.checkedByCaller);
          if (found === null || options?.checkedByCaller !== true) return found;
          return { ...found, bytes: flipped(stored, stored.length - 1, 0) };
        },
      };
      expect(content.equals(await createBlobStore(careless).get(hash, WHAT))).toBe(true);
      expect(asked).toEqual([true, false]);
    },
  );

  it("is refused with its name and hash where its content is another's", async () => {
    const datastore = createMemoryDatastore();
    const store = createBlobStore(datastore);
    const [one, other] = [await store.put([text(100)]), await store.put([text(101)])];
    await datastore.put(blobKey(one), (await datastore.get(blobKey(other)))?.bytes ?? []);
    await expect(createBlobStore(datastore).get(one, WHAT)).rejects.toMatchObject({
      code: "MF_BLOB_CORRUPT",
      message: expect.stringMatching(new RegExp(`^${WHAT} is damaged: blob ${one} .*does not match its hash`)),
    });
  });
});

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}
