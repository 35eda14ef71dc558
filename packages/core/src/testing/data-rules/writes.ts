import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DataBody } from "../../contracts/data.js";
import { chunks, collect, type DataRuleBody } from "./rule.js";

/** What is promised of writing. */
export const writeRules: readonly DataRuleBody[] = [
  {
    name: "what was put comes back, in every form",
    async check({ data, folder }) {
      const file = join(folder, "in.bin");
      await writeFile(file, "from a file");
      await data.put("text", "grüße");
      await data.put("bytes", Uint8Array.of(0, 255, 10));
      await data.put("empty", "");
      await data.put("json", { json: { a: [1, null] } });
      await data.put("stream", chunks("one,", "", "two"));
      await data.put("file", { file });
      assert.equal((await data.get("text")).text(), "grüße");
      assert.deepEqual([...(await data.get("bytes")).bytes], [0, 255, 10]);
      assert.equal((await data.get("empty")).text(), "");
      assert.deepEqual((await data.get("json")).json(), { a: [1, null] });
      assert.equal((await data.get("stream")).text(), "one,two");
      assert.equal((await data.get("file")).text(), "from a file");
      await assert.rejects(async () => (await data.get("text")).json(), { code: "MF_DATA_NOT_JSON" });
    },
  },
  {
    name: "what is no body is refused, and nothing is written",
    async check({ data }) {
      const circular: { self?: unknown } = {};
      circular.self = circular;
      const wrong: readonly unknown[] = [3, true, null, undefined, {}, { a: 3 }, { file: 3 }, () => 1];
      const json: readonly unknown[] = [undefined, () => 1, 3n, circular];
      for (const body of [...wrong, ...json.map((value) => ({ json: value }))]) {
        await assert.rejects(data.put("key", body as DataBody), {
          code: "MF_DATA_BODY_INVALID",
          message: /key' cannot be written from /,
        });
      }
      assert.equal(await data.find("key"), null);
      await data.put("key", { json: null });
      assert.equal((await data.get("key")).json(), null);
    },
  },
  {
    name: "what is to stay stays, and the answer says so",
    async check({ data }) {
      assert.ok((await data.put("key", "first", { overwrite: false })).written);
      assert.equal((await data.put("key", "second", { overwrite: false })).written, false);
      assert.equal((await data.get("key")).text(), "first");
      const both = await data.putMany(
        [
          ["key", "third"],
          ["other", "new"],
        ],
        { overwrite: false },
      );
      assert.deepEqual(
        both.map(({ written }) => written),
        [false, true],
      );
      assert.ok((await data.put("key", "fourth")).written);
      assert.equal((await data.get("key")).text(), "fourth");
    },
  },
  {
    name: "files go up and come down whole, or not at all",
    async check({ data, folder }) {
      const path = (name: string) => join(folder, name);
      const content = Buffer.alloc(3_000_000, "content ");
      await writeFile(path("in"), content);
      await data.putFiles([["up/file", path("in")]]);
      const info = await data.download("up/file", path("deep/out"));
      assert.equal(info.size, content.length);
      assert.ok((await readFile(path("deep/out"))).equals(content));
      await data.put("up/text", "text");
      const both = await data.downloadMany([
        ["up/text", path("many/1")],
        ["up/file", path("many/2")],
      ]);
      assert.deepEqual(
        both.map(({ key }) => key),
        ["up/text", "up/file"],
      );
      assert.equal(await readFile(path("many/1"), "utf8"), "text");
      assert.ok((await readFile(path("many/2"))).equals(content));
      await assert.rejects(data.downloadMany([["absent", path("many/3")]]), { code: "MF_DATA_ABSENT" });
      await assert.rejects(data.putFiles([["up/none", path("none")]]), { code: "MF_DATA_FILE_FAILED" });
      await assert.rejects(data.putFiles([["up/folder", folder]]), { code: "MF_DATA_FILE_FAILED" });
      assert.equal(await data.find("up/none"), null);
      await assert.rejects(data.download("absent", path("deep/absent")), { code: "MF_DATA_ABSENT" });
      await assert.rejects(data.download("up/file", join(path("in"), "below-a-file")), { code: "MF_DATA_FILE_FAILED" });
      assert.deepEqual(await readdir(path("deep")), ["out"]);
    },
  },
  {
    name: "a stream that fails leaves nothing",
    async check({ data }) {
      const failing = async function* () {
        yield Buffer.from("half");
        throw new Error("the source broke");
      };
      await assert.rejects(data.put("half", failing()), /the source broke/);
      assert.equal(await data.find("half"), null);
      await data.put("whole", "0123456789");
      const { stream } = await data.getStream("whole", { range: { offset: 2 } });
      assert.equal(Buffer.concat(await collect(stream)).toString(), "23456789");
    },
  },
  {
    name: "no key leaves its root",
    async check({ data }) {
      for (const key of ["../other", "a/../../b", "/absolute", "a//b", ""]) {
        await assert.rejects(data.put(key, "x"), { code: "MF_DATASTORE_KEY_INVALID" }, key);
      }
      await assert.rejects(async () => data.put("s3://bucket/key", "x"), { code: "MF_DATA_KEY_ABSOLUTE" });
      assert.deepEqual(await collect(data.listRecursive()), []);
    },
  },
];
