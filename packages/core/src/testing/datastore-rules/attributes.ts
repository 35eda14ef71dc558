import assert from "node:assert/strict";
import type { Datastore, ObjectAttributes, ObjectInfo, PutOptions } from "../../contracts/datastore.js";
import { type RuleBody, read, text } from "./rule.js";

const DEFAULT_LARGE_BYTES = 24 * 1024 * 1024;
const CSV = { contentType: "text/csv; charset=utf-8", metadata: { made_by: "somebody", rows: '2  (of 3), "x"=~{}' } };
const PNG = { contentType: "image/png", metadata: { w: "1" } };
/** As much as is allowed. */
const FULL = {
  contentType: `a/${"b".repeat(253)}`,
  metadata: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`n${i}`, "v".repeat(i < 10 ? 18 : 17)])),
};
const WRONG: readonly unknown[] = [
  ...["", "text", "text/", "text/csv ", "text/csv\r\nx: y", "text/cßv", `a/${"b".repeat(254)}`, 3, null].map(
    (contentType) => ({ contentType }),
  ),
  ...["", "Upper", "with-hyphen", "1st", "_x", "with space", "größe", "metaflow_write"].map((name) => ({
    metadata: { [name]: "value" },
  })),
  ...["", " x", "x ", "größe", "a\nb", "\0", 3, null, undefined].map((value) => ({ metadata: { name: value } })),
  ...[null, "text", [], { ...FULL.metadata, one: "more" }, { name: "x".repeat(1021) }].map((metadata) => ({
    metadata,
  })),
];

/** What is promised of attributes; a datastore without the capability is not asked. */
export const attributeRules: readonly RuleBody[] = [
  {
    name: "attributes come back where they are asked for",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      if (!datastore.capabilities.attributes) return;
      for (const attributes of [CSV, FULL, { metadata: PNG.metadata }, { contentType: "image/png" }]) {
        await datastore.put("key", text("content"), attributes);
        await assertAttributes(datastore, attributes);
        await datastore.putStream?.("key", chunksOf("content"), attributes);
        await assertAttributes(datastore, attributes);
      }
      await datastore.put("key", Buffer.alloc(largeBytes), CSV);
      await assertAttributes(datastore, CSV);
      assert.deepEqual(attributesOf(await datastore.get("key")), {});
      assert.deepEqual(attributesOf(await datastore.head("key")), {});
      assert.equal(await datastore.head("absent", { attributes: true }), null);
      assert.equal(await datastore.get("absent", { attributes: true }), null);
    },
  },
  {
    name: "an object that is put without attributes has none, and never those of another write",
    async check(datastore) {
      if (!datastore.capabilities.attributes) return;
      await datastore.put("key", text("first"), CSV);
      await datastore.put("key", text("later"));
      await assertAttributes(datastore, {});
      await datastore.put("key", text("again"), CSV);
      await datastore.delete("key");
      await datastore.put("key", text("again"), { contentType: "application/octet-stream", metadata: {} });
      await assertAttributes(datastore, {});
      assert.deepEqual((await datastore.list("")).keys, ["key"]);
    },
  },
  {
    name: "conditional writes keep attributes, and what they add for themselves is not among them",
    async check(datastore, { largeBytes = DEFAULT_LARGE_BYTES }) {
      const { attributes, putIfAbsent, putIfMatch } = datastore.capabilities;
      if (!attributes || !putIfAbsent || !putIfMatch) return;
      for (const given of [CSV, {}, FULL]) {
        for (const body of [text("small"), Buffer.alloc(largeBytes)]) {
          await datastore.delete("key");
          await assertPut(datastore, body, { ...given, ifAbsent: true }, true);
          await assertAttributes(datastore, given);
          const ifMatch = (await datastore.head("key"))?.etag ?? assert.fail("the object is absent");
          await assertPut(datastore, text("changed"), { ...given, ifMatch }, true);
          await assertAttributes(datastore, given);
          await assertPut(datastore, text("lost"), { ...PNG, ifAbsent: true }, false);
          await assertPut(datastore, text("lost"), { ...PNG, ifMatch }, false);
          await assertAttributes(datastore, given);
        }
      }
    },
  },
  {
    name: "attributes that not every store can keep are refused, and nothing is written",
    async check(datastore) {
      if (!datastore.capabilities.attributes) return;
      for (const attributes of WRONG as readonly ObjectAttributes[]) {
        const expected = { code: "MF_DATASTORE_ATTRIBUTES_INVALID" };
        await assert.rejects(datastore.put("key", text("x"), attributes), expected, JSON.stringify(attributes));
        if (datastore.putStream === undefined) continue;
        await assert.rejects(datastore.putStream("key", chunksOf("x"), attributes), expected);
      }
      assert.equal(await read(datastore, "key"), null);
    },
  },
  {
    name: "readers see an object with its own attributes, whatever is written meanwhile",
    async check(datastore) {
      if (!datastore.capabilities.attributes) return;
      let isDone = false;
      const write = async (writer: number) => {
        for (let i = 0; i < 15; i++) {
          const named = { contentType: `x/n${writer}-${i}`, metadata: { at: `${writer}-${i}` } };
          // All bodies have the same size.
          await (i % 3 === 2
            ? datastore.put("key", text("----"))
            : datastore.put("key", text(`${writer}-${i}`.padEnd(4)), named));
        }
      };
      const watch = async () => {
        while (!isDone) {
          const found = await datastore.get("key", { attributes: true });
          const { contentType = "x/n----", metadata = { at: "----" } } = found ?? {};
          const content = new TextDecoder().decode(found?.bytes ?? text("----")).trimEnd();
          assert.deepEqual([contentType, metadata], [`x/n${content}`, { at: content }]);
          await new Promise((done) => setImmediate(done));
        }
      };
      const writing = Promise.all([write(1), write(2)]).finally(() => {
        isDone = true;
      });
      await Promise.all([writing, watch(), watch()]);
    },
  },
];

async function assertPut(datastore: Datastore, body: Uint8Array, options: PutOptions, isWritten: boolean) {
  assert.equal((await datastore.put("key", body, options)).written, isWritten);
}

/** Looks at the object `key` in every way there is. */
async function assertAttributes(datastore: Datastore, expected: ObjectAttributes): Promise<void> {
  const options = { attributes: true };
  const part = { ...options, range: { start: 1, end: 3 } };
  const seen = [
    await datastore.head("key", options),
    await datastore.get("key", options),
    await datastore.get("key", part),
    ...(datastore.getStream === undefined ? [] : [await datastore.getStream("key", options)]),
    ...(datastore.getStream === undefined ? [] : [await datastore.getStream("key", part)]),
  ];
  for (const info of seen) assert.deepEqual(attributesOf(info), expected);
}

function attributesOf(info: ObjectInfo | null): ObjectAttributes {
  const { contentType, metadata } = info ?? assert.fail("the object is absent");
  return { ...(contentType !== undefined && { contentType }), ...(metadata !== undefined && { metadata }) };
}

async function* chunksOf(content: string): AsyncGenerator<Uint8Array> {
  yield text(content);
}
