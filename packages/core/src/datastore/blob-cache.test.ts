import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { blobCacheOptions, withBlobCache } from "./blob-cache.js";
import { createBlobStore } from "./blob-store.js";
import { createMemoryDatastore } from "./memory-datastore.js";

let path: string;
let gets: string[];
let distant: Datastore;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "blob-cache-")), "cache");
  gets = [];
  const { getSync: _, ...memory } = createMemoryDatastore("far");
  distant = {
    ...memory,
    capabilities: { ...memory.capabilities, syncGet: false },
    get(key, options) {
      gets.push(key);
      return memory.get(key, options);
    },
  };
});

afterEach(() => rmSync(join(path, ".."), { recursive: true, force: true }));

const open = (maxBytes = 1_000_000) => createBlobStore(withBlobCache(distant, { path, maxBytes }), { cacheBytes: 0 });
const content = (seed: number, size = 1000) => Buffer.from(Array.from({ length: size }, (_, i) => (i * seed) % 251));

describe("a cache of blobs", () => {
  it("asks the store once, also for other processes", async () => {
    const hash = await open().put([content(3)]);
    for (const store of [open(), open(), open()]) {
      expect(Buffer.from(await store.get(hash, "x"))).toEqual(content(3));
    }
    expect(gets).toHaveLength(1);
  });

  it("asks again where a file was damaged", async () => {
    const hash = await open().put([content(3)]);
    await open().get(hash, "x");
    const [name = ""] = readdirSync(path);
    const bytes = readFileSync(join(path, name));
    bytes[40] = (bytes[40] ?? 0) ^ 1;
    writeFileSync(join(path, name), bytes);
    expect(Buffer.from(await open().get(hash, "x"))).toEqual(content(3));
    expect(gets).toHaveLength(2);
  });

  it("keeps nothing but blobs, whole ones", async () => {
    const cached = withBlobCache(distant, { path, maxBytes: 1_000_000 });
    await cached.put("flows/x.json", Buffer.from("1"));
    await cached.get("flows/x.json");
    await cached.put("flows/x.json", Buffer.from("2"));
    expect(Buffer.from((await cached.get("flows/x.json"))?.bytes ?? []).toString()).toBe("2");
    const key = `blobs/aa/${"a".repeat(64)}`;
    expect(await cached.get(key)).toBeNull();
    await cached.put(key, Buffer.from("0123456789"));
    expect((await cached.get(key, { range: { start: 2, end: 4 } }))?.bytes).toHaveLength(2);
    expect((await cached.get(key))?.bytes).toHaveLength(10);
    expect(gets.filter((each) => each === key)).toHaveLength(3);
  });

  it("removes what was not used for the longest time, and only what is its own", async () => {
    const store = open(30_000);
    const hashes: string[] = [];
    for (let seed = 1; seed <= 60; seed++) hashes.push(await store.put([content(seed)]));
    for (const hash of hashes.slice(0, 5)) await store.get(hash, "x");
    writeFileSync(join(path, "not-ours"), Buffer.alloc(100_000));
    for (const hash of hashes) await store.get(hash, "x");
    const names = readdirSync(path).filter((name) => name !== "not-ours");
    const total = names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
    expect(total).toBeLessThan(32_000);
    expect(names.some((name) => name.endsWith(hashes.at(-1) ?? ""))).toBe(true);
    expect(readdirSync(path)).toContain("not-ours");
  });

  it("is not used where others may write", async () => {
    const hash = await open().put([content(3)]);
    await open().get(hash, "x");
    chmodSync(path, 0o777);
    await open().get(hash, "x");
    expect(gets).toHaveLength(2);
  });
});

describe("its settings", () => {
  it.each([
    [{}, { maxBytes: 10_000 * 1024 * 1024 }],
    [
      { METAFLOW_CLIENT_CACHE_PATH: "/c", METAFLOW_CLIENT_CACHE_MAX_SIZE: "5" },
      { path: "/c", maxBytes: 5 * 1024 * 1024 },
    ],
  ])("%j", (settings, expected) => expect(blobCacheOptions(settings)).toMatchObject(expected));

  it("none", () => expect(blobCacheOptions({ METAFLOW_CLIENT_CACHE_MAX_SIZE: "0" })).toBeUndefined());
});
