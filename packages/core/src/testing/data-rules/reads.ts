import assert from "node:assert/strict";
import { collect, type DataRuleBody, texts } from "./rule.js";

/** What is promised of reading and listing. */
export const readRules: readonly DataRuleBody[] = [
  {
    name: "a folder is no object",
    async check({ data }) {
      await data.put("a/b", "x");
      await assert.rejects(data.get("a"), { code: "MF_DATA_ABSENT" });
      await assert.rejects(data.getStream("a"), { code: "MF_DATA_ABSENT" });
      assert.equal(await data.info("a"), null);
    },
  },
  {
    name: "keys may hold any language",
    async check({ data }) {
      const keys = ["über/中文", "a b/c+d", "e%20f", "😀"];
      await data.putMany(keys.map((key) => [key, key]));
      assert.deepEqual(texts(await data.getMany(keys)), keys);
      assert.deepEqual((await collect(data.listRecursive())).toSorted(), keys.toSorted());
    },
  },
  {
    name: "many come in the order asked, whatever they take",
    async check({ data }) {
      const keys = Array.from({ length: 1000 }, (_, i) => `many/${(i * 7919) % 1000}`);
      const written = await data.putMany(keys.map((key, i) => [key, `${key}:${"x".repeat(i % 50)}`]));
      assert.deepEqual(
        written.map(({ key }) => key),
        keys,
      );
      assert.deepEqual(
        (await data.getMany(keys)).map((each) => each.text().split(":")[0]),
        keys,
      );
      assert.equal((await data.getAll(["many"])).length, 1000);
    },
  },
  {
    name: "what is not there is null or an error that names it",
    async check({ data }) {
      await data.put("there", "x");
      const expected = { code: "MF_DATA_ABSENT" };
      await assert.rejects(data.get("absent"), { ...expected, message: /'absent'/ });
      await assert.rejects(data.getMany(["there", "absent", "gone"]), { ...expected, message: /absent\n- gone/ });
      await assert.rejects(data.getStream("absent"), expected);
      await assert.rejects(data.get("absent", { range: { offset: -3 } }), expected);
      assert.equal(await data.find("absent"), null);
      assert.deepEqual(
        (await data.findMany(["absent", "there"])).map((each) => each?.text()),
        [undefined, "x"],
      );
      assert.deepEqual(await data.infoMany(["absent"]), [null]);
      await data.delete("there");
      assert.equal(await data.find("there"), null);
      await data.delete("there");
    },
  },
  {
    name: "a part is read from the middle, the end, and up to the end",
    async check({ data }) {
      await data.put("key", "0123456789");
      const read = async (offset: number, length?: number) =>
        (await data.get("key", { range: { offset, length } })).text();
      assert.equal(await read(3, 4), "3456");
      assert.equal(await read(8, 100), "89");
      assert.equal(await read(4), "456789");
      assert.equal(await read(-3), "789");
      assert.equal(await read(-100), "0123456789");
      assert.equal(await read(-4, 2), "67");
      await assert.rejects(read(10), { code: "MF_DATASTORE_RANGE_INVALID" });
      await assert.rejects(read(10, 1), { code: "MF_DATASTORE_RANGE_INVALID" });
      const parts = await data.getMany([{ key: "key", range: { offset: 0, length: 1 } }, "key"]);
      assert.deepEqual(texts(parts), ["0", "0123456789"]);
      assert.equal(parts[0]?.size, 10, "size is the whole object's");
    },
  },
  {
    name: "a list shows one level, or all of it",
    async check({ data }) {
      await data.putMany(["a", "ab/x", "b/1", "b/2/y", "b/2/z"].map((key) => [key, key]));
      assert.deepEqual(await collect(data.list()), ["a", "ab/", "b/"]);
      assert.deepEqual(await collect(data.list("b")), ["b/1", "b/2/"]);
      assert.deepEqual(await collect(data.listRecursive("b")), ["b/1", "b/2/y", "b/2/z"]);
      assert.deepEqual(await collect(data.list("a")), [], "a prefix is a folder");
      assert.deepEqual(texts(await data.getAll(["b/2", "ab"])), ["b/2/y", "b/2/z", "ab/x"]);
    },
  },
  {
    name: "info says what get says",
    async check({ data }) {
      await data.put("key", "twelve bytes");
      const { bytes: _, text: __, json: ___, ...rest } = await data.get("key");
      assert.deepEqual(await data.info("key"), rest);
      assert.equal(rest.size, 12);
      assert.ok(rest.url.endsWith("/data/Flow/1/key"));
      assert.ok(Math.abs(rest.modifiedAt.getTime() - Date.now()) < 3_600_000);
    },
  },
];
