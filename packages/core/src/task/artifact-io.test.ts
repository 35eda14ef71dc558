import { describe, expect, it } from "vitest";
import { encodeArtifact } from "../artifacts/encode-artifact.js";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import type { BlobStore } from "../contracts/record-store.js";
import type { ArtifactRef } from "../contracts/serializer.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createArtifactLoader, sameArtifact, storeArtifact } from "./artifact-io.js";

const SERIALIZERS = createSerializerSet([]);

/** A blob store without a cache, and what was read of it. */
function watched() {
  const inner = createBlobStore(createMemoryDatastore(), { cacheBytes: 0 });
  const reads: string[] = [];
  const blobs: BlobStore = {
    ...inner,
    get: (sha256, what) => {
      reads.push(`get ${what}`);
      return inner.get(sha256, what);
    },
    getSync: (sha256, what) => {
      reads.push(`getSync ${what}`);
      return inner.getSync(sha256, what);
    },
  };
  const store = (value: unknown): Promise<ArtifactRef> =>
    storeArtifact(encodeArtifact("value", value, SERIALIZERS), blobs);
  return { reads, store, loader: createArtifactLoader(blobs, SERIALIZERS) };
}

describe("an artifact loader", () => {
  it("fetches ahead, once for equal values, and reads nothing that is in the record", async () => {
    const { reads, store, loader } = watched();
    const [one, two, small] = [await store(Buffer.alloc(5000, 1)), await store(Buffer.alloc(5000, 2)), await store(7)];
    await loader.prefetch([...(Object.entries({ one, again: one, two, small }) as [string, ArtifactRef][])]);
    expect([...reads].sort()).toEqual(["get one", "get two"]);
    expect([loader.load("one", one), loader.load("two", two), loader.load("small", small)]).toEqual([
      Buffer.alloc(5000, 1),
      Buffer.alloc(5000, 2),
      7,
    ]);
    expect(reads).toHaveLength(2);
  });

  it("does not fetch ahead more than a task may hold", async () => {
    const { reads, store, loader } = watched();
    const huge: ArtifactRef = { type: "Buffer", encoding: "bytes", sha256: "e".repeat(64), size: 257 * 1024 * 1024 };
    const small = await store(Buffer.alloc(2000));
    await loader.prefetch([
      ["huge", huge],
      ["small", small],
    ]);
    expect(reads).toEqual(["get small"]);
  });

  it("gives two artifacts with equal bytes values of their own", async () => {
    const { store, loader } = watched();
    const ref = await store(Float64Array.from({ length: 1000 }, () => 1));
    await loader.prefetch([["one", ref]]);
    const one = loader.load("one", ref) as Float64Array;
    const two = loader.load("two", ref) as Float64Array;
    one.fill(9);
    expect(two[0]).toBe(1);
    expect((loader.load("one", ref) as Float64Array)[0]).toBe(1);
  });

  it("leaves what cannot be fetched ahead to whoever reads it", async () => {
    const { loader } = watched();
    const gone: ArtifactRef = { type: "Buffer", encoding: "bytes", sha256: "e".repeat(64), size: 2000 };
    await loader.prefetch([["gone", gone]]);
    expect(() => loader.load("gone", gone)).toThrow(expect.objectContaining({ code: "MF_BLOB_MISSING" }));
  });
});

describe("two references", () => {
  it("stand for the same value where bytes and type are the same", async () => {
    const { store } = watched();
    const [bytes, floats] = [await store(Buffer.alloc(2000)), await store(new Float64Array(250))];
    expect(sameArtifact(bytes, await store(Buffer.alloc(2000)))).toBe(true);
    expect(sameArtifact(bytes, await store(Buffer.alloc(2001)))).toBe(false);
    expect(sameArtifact(bytes, { ...bytes, type: floats.type })).toBe(false);
    expect(sameArtifact(bytes, await store(1))).toBe(false);
    expect(sameArtifact(await store(1), await store(1))).toBe(true);
    expect(sameArtifact(await store(1), await store(2))).toBe(false);
  });
});
