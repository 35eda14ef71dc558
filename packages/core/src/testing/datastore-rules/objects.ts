import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fill, type RuleBody, read, text } from "./rule.js";

const DEFAULT_LARGE_BYTES = 24 * 1024 * 1024;
const HOUR_MS = 3_600_000;

export const objectRules: readonly RuleBody[] = [
  {
    name: "an object comes back as it was put",
    async check(datastore) {
      const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
      const put = await datastore.put("folder/object", bytes);
      const found = await datastore.get("folder/object");
      assert.deepEqual(Buffer.from(found?.bytes ?? []), Buffer.from(bytes));
      assert.equal(found?.size, 1000);
      assert.ok(put.written, "an unconditional put writes");
      assert.equal(put.etag, found.etag, "put and get say the same etag");
      assert.ok(Math.abs(found.modifiedAt - Date.now()) < HOUR_MS, "modifiedAt is now, in milliseconds");
    },
  },
  {
    name: "an empty object is not an absent one",
    async check(datastore) {
      await datastore.put("empty", new Uint8Array(0));
      await datastore.put("no-chunks", []);
      for (const key of ["empty", "no-chunks"]) {
        assert.equal(await read(datastore, key), "");
        assert.equal((await datastore.head(key))?.size, 0);
      }
    },
  },
  {
    name: "chunks are joined in order",
    async check(datastore) {
      const words = Array.from({ length: 2000 }, (_, i) => (i % 7 === 0 ? "" : `${i},`));
      await datastore.put("chunks", words.map(text));
      assert.equal(await read(datastore, "chunks"), words.join(""));
    },
  },
  {
    name: "a large object in several chunks comes back whole",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      const third = Math.floor(largeBytes / 3);
      const chunks = [third, 1, largeBytes - third - 1].map((length, i) => patterned(length, i));
      const put = await datastore.put("large", chunks);
      const found = await datastore.get("large");
      assert.equal(found?.bytes.length, largeBytes);
      assert.equal(hash([found.bytes]), hash(chunks));
      assert.ok(put.written);
      assert.equal(put.etag, (await datastore.head("large"))?.etag);
    },
  },
  {
    name: "a later put replaces the object",
    async check(datastore) {
      await datastore.put("key", text("the first one, which is longer"));
      await datastore.put("key", text("second"));
      assert.equal(await read(datastore, "key"), "second");
      assert.equal((await datastore.head("key"))?.size, 6);
    },
  },
  {
    name: "what the caller does to its bytes later changes no object",
    async check(datastore) {
      const given = text("given");
      await datastore.put("key", given);
      given.fill(0);
      const found = await datastore.get("key");
      assert.equal(found && new TextDecoder().decode(found.bytes), "given");
      found?.bytes.fill(0);
      datastore.getSync?.("key")?.bytes.fill(0);
      assert.equal(await read(datastore, "key"), "given");
    },
  },
  {
    name: "an absent object is null, not an error",
    async check(datastore) {
      await fill(datastore, ["folder/there"]);
      for (const key of ["absent", "folder/absent", "other/folder/absent"]) {
        assert.equal(await datastore.get(key), null);
        assert.equal(await datastore.get(key, { range: { start: 0, end: 10 } }), null);
        assert.equal(await datastore.head(key), null);
      }
    },
  },
  {
    name: "a deleted object is absent, and deleting it again is no error",
    async check(datastore) {
      await fill(datastore, ["folder/a", "folder/b"]);
      await datastore.delete("folder/a");
      assert.equal(await read(datastore, "folder/a"), null);
      assert.equal(await read(datastore, "folder/b"), "folder/b");
      await datastore.delete("folder/a");
      await datastore.delete("never/was");
      await datastore.put("folder/a", text("again"));
      assert.equal(await read(datastore, "folder/a"), "again");
    },
  },
  {
    name: "head says what get says, without the bytes",
    async check(datastore) {
      await datastore.put("key", text("some content"));
      const found = await datastore.get("key");
      const { size, etag, modifiedAt } = found ?? assert.fail("the object is absent");
      assert.deepEqual(await datastore.head("key"), { size, etag, modifiedAt });
      assert.equal(size, 12);
    },
  },
  {
    name: "a range gives its bytes, cut at the object's end",
    async check(datastore) {
      await datastore.put("key", text("0123456789"));
      const ranges = [
        [0, 1, "0"],
        [3, 7, "3456"],
        [9, 10, "9"],
        [0, 10, "0123456789"],
        [8, 1000, "89"],
      ] as const;
      for (const [start, end, expected] of ranges) {
        const found = await datastore.get("key", { range: { start, end } });
        assert.equal(found && new TextDecoder().decode(found.bytes), expected);
        assert.equal(found?.size, 10, "size is the whole object's");
        assert.equal(found.etag, (await datastore.head("key"))?.etag);
      }
    },
  },
  {
    name: "a range that starts past the end or makes no sense is an error",
    async check(datastore) {
      await datastore.put("key", text("0123456789"));
      await datastore.put("empty", new Uint8Array(0));
      const ranges = [
        ["key", 10, 11],
        ["key", 1000, 1001],
        ["key", 5, 5],
        ["key", 5, 4],
        ["key", -1, 4],
        ["key", 0.5, 4],
        ["empty", 0, 1],
      ] as const;
      for (const [key, start, end] of ranges) {
        await assert.rejects(
          datastore.get(key, { range: { start, end } }),
          { code: "MF_DATASTORE_RANGE_INVALID" },
          `${start} to ${end} of ${key}`,
        );
      }
    },
  },
  {
    name: "readers see the object before or after a put, never a mixture",
    async check(datastore) {
      const size = 600_000;
      const put = (letter: string) => datastore.put("key", [text(letter), Buffer.alloc(size - 1, letter)]);
      await put("a");
      let isWriting = true;
      const reading = Array.from({ length: 3 }, async () => {
        while (isWriting) {
          const bytes = (await datastore.get("key"))?.bytes ?? assert.fail("the object was absent for a moment");
          assert.equal(bytes.length, size);
          assert.ok(Buffer.from(bytes).equals(Buffer.alloc(size, bytes[0])), "all of it is of one put");
          await new Promise((resolve) => setImmediate(resolve));
        }
      });
      const writing = (async () => {
        for (const letter of "bcdefg") await put(letter);
      })().finally(() => {
        isWriting = false;
      });
      await Promise.all([writing, ...reading]);
    },
  },
  {
    name: "a synchronous read says what get says, where it is offered",
    async check(datastore) {
      assert.equal(datastore.getSync !== undefined, datastore.capabilities.syncGet, "the capability says so");
      if (datastore.getSync === undefined) return;
      await datastore.put("key", text("0123456789"));
      const plain = (object: ReturnType<NonNullable<typeof datastore.getSync>>) =>
        object && { ...object, bytes: [...object.bytes] };
      const range = { start: 2, end: 5 };
      assert.deepEqual(plain(datastore.getSync("key")), plain(await datastore.get("key")));
      assert.deepEqual(plain(datastore.getSync("key", { range })), plain(await datastore.get("key", { range })));
      assert.equal(datastore.getSync("absent"), null);
    },
  },
  {
    name: "a call whose signal is aborted rejects and writes nothing",
    async check(datastore) {
      const signal = AbortSignal.abort(new Error("no longer wanted"));
      await assert.rejects(datastore.put("key", text("x"), { signal }));
      await assert.rejects(datastore.get("key", { signal }));
      await assert.rejects(datastore.list("", { signal }));
      assert.equal(await read(datastore, "key"), null);
    },
  },
];

/** Bytes in which every place differs from its surroundings, so that nothing can be swapped unseen. */
function patterned(length: number, seed: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i + 4 <= length; i += 4) bytes.writeUInt32LE((i * 2654435761 + seed) >>> 0, i);
  return bytes;
}

function hash(chunks: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
