import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ObjectStream, PutResult } from "../../contracts/datastore.js";
import { type RuleBody, read, text } from "./rule.js";

const DEFAULT_LARGE_BYTES = 24 * 1024 * 1024;
const HALF_WAY = new Error("the source broke half-way");

/** What streams promise; a datastore without them is not asked. */
export const streamRules: readonly RuleBody[] = [
  {
    name: "a stream is written and read as a whole object is",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      if (datastore.getStream === undefined || datastore.putStream === undefined) return;
      for (const size of [0, 1, 100_000, largeBytes]) {
        const put: PutResult = await datastore.putStream("streamed", chunksOf(size));
        const found: ObjectStream = (await datastore.getStream("streamed")) ?? assert.fail("the object is absent");
        assert.equal(await hashOf(found.stream), await hashOf(chunksOf(size)), `${size} bytes`);
        const { stream: _, ...info } = found;
        assert.deepEqual(await datastore.head("streamed"), info);
        assert.equal(info.size, size);
        assert.ok(put.written);
        assert.equal(put.etag, info.etag);
      }
      const range = { start: 1000, end: largeBytes - 1000 };
      const streamed = await datastore.getStream("streamed", { range });
      const whole = await datastore.get("streamed", { range });
      assert.equal(await hashOf(streamed?.stream ?? []), await hashOf([whole?.bytes ?? text("absent")]));
    },
  },
  {
    name: "an absent object has no stream, and conditions hold for streams",
    async check(datastore) {
      if (datastore.getStream === undefined || datastore.putStream === undefined) return;
      assert.equal(await datastore.getStream("absent"), null);
      if (!datastore.capabilities.putIfAbsent) return;
      assert.ok((await datastore.putStream("key", chunksOf(10), { ifAbsent: true })).written);
      const again = await datastore.putStream("key", chunksOf(20), { ifAbsent: true });
      assert.deepEqual(again, { written: false });
      assert.equal((await datastore.head("key"))?.size, 10);
    },
  },
  {
    name: "a source that fails is thrown on, and leaves what was there",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      if (datastore.putStream === undefined) return;
      await datastore.put("key", text("before"));
      for (const size of [10, largeBytes]) {
        await assert.rejects(datastore.putStream("key", broken(size)), HALF_WAY);
        await assert.rejects(datastore.putStream("new", broken(size)), HALF_WAY);
      }
      assert.equal(await read(datastore, "key"), "before");
      assert.equal(await read(datastore, "new"), null);
    },
  },
  {
    name: "a stream may be left before its end",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      if (datastore.getStream === undefined || datastore.putStream === undefined) return;
      await datastore.putStream("key", chunksOf(largeBytes));
      const found = (await datastore.getStream("key")) ?? assert.fail("the object is absent");
      for await (const chunk of found.stream) {
        assert.ok(chunk.length > 0);
        break;
      }
      assert.equal((await datastore.head("key"))?.size, largeBytes);
    },
  },
];

/** Chunks of uneven sizes, whose content tells every place apart. */
async function* chunksOf(size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0, i = 0; start < size; i++) {
    const length = Math.min(size - start, (i % 3) * 70_001 + (i % 5));
    const chunk = Buffer.alloc(length);
    for (let at = 0; at + 4 <= length; at += 4) chunk.writeUInt32LE(((start + at) * 2654435761) >>> 0, at);
    start += length;
    yield chunk;
  }
}

async function* broken(size: number): AsyncGenerator<Uint8Array> {
  yield* chunksOf(size);
  throw HALF_WAY;
}

async function hashOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
