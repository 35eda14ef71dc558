import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Data, DataInfo } from "../../contracts/data.js";
import type { ObjectAttributes } from "../../contracts/datastore.js";
import { chunks, type DataRuleBody } from "./rule.js";

const CSV = { contentType: "text/csv; charset=utf-8", metadata: { made_by: "somebody", rows: "2" } };
const PNG = { contentType: "image/png", metadata: { width: "10" } };
const NONE = { contentType: "application/octet-stream", metadata: {} };

/** What is promised of content types and metadata; a datastore that keeps none has to refuse them. */
export const attributeRules: readonly DataRuleBody[] = [
  {
    name: "content type and metadata are kept and given back, or refused",
    async check({ data, datastore, folder }) {
      await data.put("plain", "x");
      await assertAttributes(data, "plain", NONE);
      if (!datastore.capabilities.attributes) {
        const expected = { code: "MF_DATASTORE_ATTRIBUTES_UNSUPPORTED" };
        await assert.rejects(data.put("key", "x", { contentType: "text/csv" }), expected);
        await assert.rejects(data.put("key", chunks("x"), { metadata: CSV.metadata }), expected);
        assert.equal(await data.find("key"), null);
        return;
      }
      const file = join(folder, "in");
      await writeFile(file, "from a file");
      for (const body of ["text", Uint8Array.of(1, 2), chunks("one", "two"), { json: [1] }, { file }]) {
        await data.put("key", body, CSV);
        await assertAttributes(data, "key", CSV);
      }
      await data.put("key", "x", { contentType: "image/png" });
      await assertAttributes(data, "key", { contentType: "image/png", metadata: {} });
      await data.put("key", "x");
      await assertAttributes(data, "key", NONE);
    },
  },
  {
    name: "what is to stay keeps its content type and metadata, too",
    async check({ data, datastore }) {
      if (!datastore.capabilities.attributes) return;
      assert.ok((await data.put("key", "first", { ...CSV, overwrite: false })).written);
      assert.equal((await data.put("key", "second", { ...PNG, overwrite: false })).written, false);
      await assertAttributes(data, "key", CSV);
    },
  },
  {
    name: "each of many has its own content type and metadata, else those of all",
    async check({ data, datastore, folder }) {
      if (!datastore.capabilities.attributes) return;
      const file = join(folder, "in");
      await writeFile(file, "from a file");
      await data.putMany(
        [
          ["a", "x"],
          ["b", "x", PNG],
          ["c", "x", { contentType: "text/plain" }],
        ],
        CSV,
      );
      await data.putFiles(
        [
          ["d", file, PNG],
          ["e", file],
        ],
        CSV,
      );
      const expected = { a: CSV, b: PNG, c: { ...CSV, contentType: "text/plain" }, d: PNG, e: CSV };
      for (const [key, each] of Object.entries(expected)) await assertAttributes(data, key, each);
      const keys = Object.keys(expected);
      const found = [await data.getMany(keys), await data.infoMany(keys), await data.getAll()];
      for (const list of found) assert.deepEqual(list.map(attributesOf), Object.values(expected));
    },
  },
  {
    name: "attributes that no store can keep are refused before any of many is written",
    async check({ data }) {
      const expected = { code: "MF_DATASTORE_ATTRIBUTES_INVALID" };
      const wrong = [{ contentType: "text" }, { metadata: { "made-by": "x" } }, { metadata: { made_by: "größe" } }];
      for (const each of wrong) {
        await assert.rejects(data.put("key", "x", each), expected);
        await assert.rejects(
          data.putMany([
            ["key", "x"],
            ["other", "x", each],
          ]),
          expected,
        );
      }
      assert.deepEqual(await data.findMany(["key", "other"]), [null, null]);
    },
  },
];

/** Looks at the object in every way there is. */
async function assertAttributes(data: Data, key: string, expected: ObjectAttributes): Promise<void> {
  const range = { offset: 0, length: 1 };
  const seen = [
    await data.info(key),
    await data.find(key),
    await data.get(key, { range }),
    await data.getStream(key),
    await data.getStream(key, { range }),
  ];
  for (const each of seen) assert.deepEqual(attributesOf(each), expected);
}

function attributesOf(info: DataInfo | null): ObjectAttributes {
  const { contentType, metadata } = info ?? assert.fail("the object is absent");
  return { contentType, metadata };
}
