import assert from "node:assert/strict";
import { byBytes, fill, listed, type RuleBody, read, text } from "./rule.js";

const UNUSUAL = [
  "k/with space",
  "k/it's!(fine)*",
  "k/a+b=c&d?e#f",
  "k/100%25",
  "k/@:,;$",
  "k/.hidden",
  "k/..two",
  "k/trailing.",
  "k/über/中文",
  `k/${"long".repeat(60)}`,
  `k${"/deep".repeat(40)}`,
];

const INVALID = [
  "",
  "/a",
  "a/",
  "a//b",
  ".",
  "..",
  "a/./b",
  "../a",
  "a/../b",
  "a/..",
  "a\0b",
  "a\nb",
  "a\\b",
  "a/\ud800",
  `a/${"x".repeat(256)}`,
  `${"abc/".repeat(256)}d`,
];

export const keyRules: readonly RuleBody[] = [
  {
    name: "any valid key can be written, read and listed",
    async check(datastore) {
      await fill(datastore, UNUSUAL);
      for (const key of UNUSUAL) assert.equal(await read(datastore, key), key);
      assert.deepEqual(byBytes((await listed(datastore, "k/")).items), byBytes(UNUSUAL));
    },
  },
  {
    name: "keys are told apart exactly",
    async check(datastore) {
      const keys = ["e/%41", "e/A", "e/a%2Fb", "e/a+b", "e/a b", "e/a%20b"];
      await fill(datastore, keys);
      for (const key of keys) assert.equal(await read(datastore, key), key);
    },
  },
  {
    name: "an invalid key is refused",
    async check(datastore) {
      const expected = { code: "MF_DATASTORE_KEY_INVALID" };
      for (const key of INVALID) {
        const name = JSON.stringify(key).slice(0, 40);
        await assert.rejects(async () => datastore.put(key, text("x")), expected, `put ${name}`);
        await assert.rejects(async () => datastore.get(key), expected, `get ${name}`);
        await assert.rejects(async () => datastore.head(key), expected, `head ${name}`);
        await assert.rejects(async () => datastore.delete(key), expected, `delete ${name}`);
        if (datastore.getSync !== undefined) assert.throws(() => datastore.getSync?.(key), expected, `getSync ${name}`);
      }
    },
  },
];
