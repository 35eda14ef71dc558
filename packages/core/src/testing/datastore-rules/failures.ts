import assert from "node:assert/strict";
import { type RuleBody, text } from "./rule.js";

export const deniedRule: RuleBody = {
  name: "a write that is not allowed is DATASTORE_DENIED",
  async check(datastore) {
    const expected = { code: "MF_DATASTORE_DENIED" };
    await assert.rejects(datastore.put("denied/small", text("x")), expected);
    await assert.rejects(datastore.put("denied/large", Buffer.alloc(1_000_000)), expected);
    await assert.rejects(datastore.put("denied/once", text("x"), { ifAbsent: true }), expected);
  },
};

export const brokenRule: RuleBody = {
  name: "a store that cannot be reached is DATASTORE_BROKEN, never an absent object",
  async check(datastore) {
    const expected = { code: "MF_DATASTORE_BROKEN" };
    await assert.rejects(datastore.get("folder/key"), expected);
    await assert.rejects(datastore.head("folder/key"), expected);
    await assert.rejects(datastore.put("folder/key", text("x")), expected);
    await assert.rejects(datastore.put("folder/key", text("x"), { ifAbsent: true }), expected);
    await assert.rejects(datastore.list("folder/"), expected);
    await assert.rejects(datastore.delete("folder/key"), expected);
    if (datastore.getSync !== undefined) assert.throws(() => datastore.getSync?.("folder/key"), expected);
  },
};
