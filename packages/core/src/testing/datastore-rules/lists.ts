import assert from "node:assert/strict";
import { byBytes, fill, listed, type RuleBody } from "./rule.js";

const KEYS = ["l/Z", "l/a-b", "l/a.b", "l/a/1", "l/a/2/x", "l/a0", "l/ab/1", "l/b", "m/a", "top"];

export const listRules: readonly RuleBody[] = [
  {
    name: "a list gives every key with the prefix, which need not be a folder",
    async check(datastore) {
      await fill(datastore, KEYS);
      assert.deepEqual((await listed(datastore, "")).items.toSorted(), KEYS.toSorted());
      assert.deepEqual((await listed(datastore, "l/a/")).items.toSorted(), ["l/a/1", "l/a/2/x"]);
      assert.deepEqual((await listed(datastore, "l/ab")).items, ["l/ab/1"]);
      assert.deepEqual((await listed(datastore, "to")).items, ["top"]);
      assert.deepEqual((await datastore.list("none/")).keys, []);
      assert.deepEqual(await datastore.list("l/c"), { keys: [], prefixes: [], cursor: undefined });
      assert.deepEqual((await datastore.list("top/")).keys, [], "nothing is below an object");
    },
  },
  {
    name: "a list is in the order of the keys' bytes",
    async check(datastore) {
      await fill(datastore, KEYS.toReversed());
      const { keys } = await datastore.list("l/");
      assert.deepEqual(keys, byBytes(KEYS.filter((key) => key.startsWith("l/"))));
    },
  },
  {
    name: "a list is in the order of the keys' bytes beyond ASCII, too",
    async check(datastore) {
      const keys = ["u/Z", "u/z", "u/é", "u/ü", "u/中", "u/\uff5e", "u/\u{10000}", "u/😀"];
      await fill(datastore, keys.toReversed());
      assert.deepEqual((await datastore.list("u/")).keys, byBytes(keys));
      assert.deepEqual((await listed(datastore, "u/", { limit: 3 })).items, byBytes(keys));
      assert.deepEqual((await listed(datastore, "u/", { startAfter: "u/\uff5e" })).items, ["u/\u{10000}", "u/😀"]);
    },
  },
  {
    name: "a delimiter groups what lies deeper",
    async check(datastore) {
      await fill(datastore, KEYS);
      const page = await datastore.list("l/", { delimiter: "/" });
      assert.deepEqual(page, {
        keys: ["l/Z", "l/a-b", "l/a.b", "l/a0", "l/b"],
        prefixes: ["l/a/", "l/ab/"],
        cursor: undefined,
      });
      const inside = await datastore.list("l/a", { delimiter: "/" });
      assert.deepEqual(inside, { keys: ["l/a-b", "l/a.b", "l/a0"], prefixes: ["l/a/", "l/ab/"], cursor: undefined });
      assert.deepEqual((await datastore.list("", { delimiter: "/" })).prefixes, ["l/", "m/"]);
    },
  },
  {
    name: "pages give every key once, in order, none longer than its limit",
    async check(datastore) {
      const keys = Array.from({ length: 23 }, (_, i) => `p/${i % 3 === 0 ? "sub/" : ""}${String(i).padStart(2, "0")}`);
      await fill(datastore, keys);
      for (const limit of [1, 5, 22, 23, 24]) {
        const { items, pages } = await listed(datastore, "p/", { limit });
        assert.deepEqual(items, byBytes(keys));
        assert.ok(pages >= Math.ceil(23 / limit), `no page has more than ${limit} keys`);
      }
    },
  },
  {
    name: "pages of groups give every group once",
    async check(datastore) {
      const groups = Array.from({ length: 7 }, (_, i) => `g/${i}/`);
      await fill(datastore, [
        ...groups.flatMap((group) => [`${group}a`, `${group}b`, `${group}c/d`]),
        "g/4-key",
        "g/key",
      ]);
      for (const limit of [1, 2, 4]) {
        const { items, pages } = await listed(datastore, "g/", { limit, delimiter: "/" });
        assert.deepEqual(items, byBytes([...groups, "g/4-key", "g/key"]));
        assert.ok(pages >= Math.ceil(9 / limit), `no page has more than ${limit} keys and groups`);
      }
    },
  },
  {
    name: "startAfter leaves out the keys up to it",
    async check(datastore) {
      await fill(datastore, KEYS);
      const after = async (startAfter: string, limit = 1000) =>
        (await listed(datastore, "l/", { startAfter, limit })).items;
      assert.deepEqual(await after("l/a0"), ["l/ab/1", "l/b"]);
      assert.deepEqual(await after("l/a/1", 1), ["l/a/2/x", "l/a0", "l/ab/1", "l/b"]);
      assert.deepEqual(await after("l/a/1zzz"), ["l/a/2/x", "l/a0", "l/ab/1", "l/b"]);
      assert.deepEqual(await after("l/z"), []);
      assert.equal((await after("l/")).length, 8);
    },
  },
  {
    name: "a list sees every put and delete that came before it",
    async check(datastore) {
      await fill(datastore, ["d/a", "d/sub/b"]);
      assert.deepEqual((await listed(datastore, "d/")).items, ["d/a", "d/sub/b"]);
      await datastore.delete("d/sub/b");
      assert.deepEqual((await listed(datastore, "d/")).items, ["d/a"]);
      const { prefixes } = await datastore.list("d/", { delimiter: "/" });
      assert.deepEqual(prefixes, [], "a group is gone with its last key");
    },
  },
];
