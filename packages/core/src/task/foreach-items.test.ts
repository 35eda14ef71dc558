import { describe, expect, it } from "vitest";
import { createSerializerSet } from "../artifacts/serializer-set.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { createMemoryDatastore } from "../datastore/memory-datastore.js";
import { createArtifactLoader } from "./artifact-io.js";
import { findChunk, loadItem, storeItems } from "./foreach-items.js";

const SERIALIZERS = createSerializerSet([]);

async function chunked(items: readonly unknown[]) {
  const blobs = createBlobStore(createMemoryDatastore());
  const chunks = await storeItems("items", items, SERIALIZERS, blobs, () => {});
  const loader = createArtifactLoader(blobs, SERIALIZERS);
  return { chunks, counts: chunks.map(({ count }) => count), item: (k: number) => loadItem(chunks, k, loader) };
}

describe("the items of a foreach", () => {
  it("lie in chunks that a task loads in no time, however large they are", async () => {
    const small = await chunked(Array.from({ length: 10_000 }, (_, k) => k));
    expect(small.counts.length).toBeLessThan(20);
    const large = await chunked(Array.from({ length: 40 }, (_, k) => `${k}`.padEnd(20_000, "x")));
    expect(large.counts).toEqual([16, ...Array.from({ length: 24 }, () => 1)]);
    const medium = await chunked(Array.from({ length: 100 }, (_, k) => `${k}`.padEnd(2000, "x")));
    for (const { count, ref } of medium.chunks.slice(1)) {
      expect(count).toBeGreaterThan(1);
      expect(ref.size).toBeLessThan(20_000);
    }
  });

  it("are each found again, at the edges of chunks too", async () => {
    const items = Array.from({ length: 100 }, (_, k) => ({ k, text: "x".repeat(1500) }));
    const { counts, item } = await chunked(items);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(items.length);
    for (const [k, expected] of items.entries()) expect(item(k)).toEqual(expected);
    expect(item(3)).not.toBe(item(3));
  });

  it("end where they end", async () => {
    const { chunks } = await chunked([1, 2]);
    expect(findChunk(chunks, 1).place).toBe(1);
    expect(() => findChunk(chunks, 2)).toThrow(RangeError);
  });
});
