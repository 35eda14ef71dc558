import assert from "node:assert/strict";
import { type RuleBody, read, text } from "./rule.js";

/** What conditional puts promise. A datastore that declares a capability as missing is not asked for it. */
export const conditionRules: readonly RuleBody[] = [
  {
    name: "a put if absent writes once",
    async check(datastore) {
      if (!datastore.capabilities.putIfAbsent) return;
      assert.ok((await datastore.put("key", text("first"), { ifAbsent: true })).written);
      assert.deepEqual(await datastore.put("key", text("second"), { ifAbsent: true }), { written: false });
      assert.equal(await read(datastore, "key"), "first");
      await datastore.delete("key");
      assert.ok((await datastore.put("key", text("third"), { ifAbsent: true })).written);
      assert.equal(await read(datastore, "key"), "third");
    },
  },
  {
    name: "a large put if absent writes once",
    async check(datastore) {
      if (!datastore.capabilities.putIfAbsent) return;
      const large = [Buffer.alloc(1_000_000, "a"), Buffer.alloc(1_000_000, "b")];
      assert.ok((await datastore.put("key", large, { ifAbsent: true })).written);
      assert.deepEqual(await datastore.put("key", large.toReversed(), { ifAbsent: true }), { written: false });
      assert.equal((await read(datastore, "key"))?.[0], "a");
    },
  },
  {
    name: "of 50 puts if absent at once exactly one writes",
    async check(datastore) {
      if (!datastore.capabilities.putIfAbsent) return;
      const puts = Array.from({ length: 50 }, (_, i) => datastore.put("key", text(`${i}`), { ifAbsent: true }));
      const winners = (await Promise.all(puts)).flatMap((put, i) => (put.written ? [i] : []));
      assert.equal(winners.length, 1);
      assert.equal(await read(datastore, "key"), String(winners[0]));
    },
  },
  {
    name: "a put if unchanged writes over what has the etag",
    async check(datastore) {
      if (!datastore.capabilities.putIfMatch) return;
      const first = await datastore.put("key", text("first"));
      assert.ok(first.written);
      const second = await datastore.put("key", text("other"), { ifMatch: first.etag });
      assert.ok(second.written);
      assert.equal(await read(datastore, "key"), "other");
      assert.equal(second.etag, (await datastore.head("key"))?.etag);
    },
  },
  {
    name: "a put if unchanged is refused where the object changed",
    async check(datastore) {
      if (!datastore.capabilities.putIfMatch) return;
      const stale = await datastore.put("key", text("first"));
      await datastore.put("key", text("other"));
      assert.ok(stale.written);
      const refused = await datastore.put("key", text("third"), { ifMatch: stale.etag });
      assert.deepEqual(refused, { written: false });
      assert.equal(await read(datastore, "key"), "other");
    },
  },
  {
    name: "conditions hold for large objects as for small ones",
    async check(datastore, { largeBytes = 24 * 1024 * 1024 }) {
      const large = (byte: number) => new Uint8Array(largeBytes).fill(byte);
      const stale = await datastore.put("key", text("first"));
      if (datastore.capabilities.putIfAbsent) {
        assert.deepEqual(await datastore.put("key", large(1), { ifAbsent: true }), { written: false });
        assert.equal(await read(datastore, "key"), "first");
      }
      if (!datastore.capabilities.putIfMatch) return;
      assert.ok(stale.written);
      const second = await datastore.put("key", text("second"), { ifMatch: stale.etag });
      assert.deepEqual(await datastore.put("key", large(2), { ifMatch: stale.etag }), { written: false });
      assert.equal(await read(datastore, "key"), "second");
      assert.ok(second.written);
      assert.ok((await datastore.put("key", large(3), { ifMatch: second.etag })).written);
      assert.equal((await datastore.head("key"))?.size, largeBytes);
    },
  },
  {
    name: "a put if unchanged is refused where the object is gone",
    async check(datastore) {
      if (!datastore.capabilities.putIfMatch) return;
      const put = await datastore.put("key", text("first"));
      await datastore.delete("key");
      assert.ok(put.written);
      assert.deepEqual(await datastore.put("key", text("second"), { ifMatch: put.etag }), { written: false });
      assert.equal(await read(datastore, "key"), null);
    },
  },
  {
    name: "an etag that never was one matches nothing, and is no error",
    async check(datastore) {
      if (!datastore.capabilities.putIfMatch) return;
      await datastore.put("key", text("first"));
      for (const ifMatch of ["0".repeat(32), "changed-since", ""]) {
        assert.deepEqual(await datastore.put("key", text("second"), { ifMatch }), { written: false });
      }
      assert.equal(await read(datastore, "key"), "first");
    },
  },
  {
    name: "the etag changes with the object, however fast that changes",
    async check(datastore) {
      const seen = new Set<string>();
      for (let i = 0; i < 50; i++) {
        const put = await datastore.put("key", text(String(i).padStart(4, "0")));
        assert.ok(put.written);
        assert.equal(put.etag, (await datastore.head("key"))?.etag, "and is the one that head says");
        seen.add(put.etag);
      }
      assert.equal(seen.size, 50);
    },
  },
  {
    name: "20 loops of read, change and put if unchanged lose no change",
    async check(datastore) {
      if (!datastore.capabilities.putIfMatch) return;
      await datastore.put("counter", text("0"));
      const increment = async () => {
        for (;;) {
          const found = (await datastore.get("counter")) ?? assert.fail("the counter is gone");
          const next = Number(new TextDecoder().decode(found.bytes)) + 1;
          if ((await datastore.put("counter", text(String(next)), { ifMatch: found.etag })).written) return;
        }
      };
      await Promise.all(Array.from({ length: 20 }, increment));
      assert.equal(await read(datastore, "counter"), "20");
    },
  },
];
