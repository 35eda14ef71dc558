import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "vitest";
import type { Data, DataBody } from "../contracts/data.js";
import { createData } from "../data/create-data.js";
import type { DatastoreFactory } from "./datastore-rules/rule.js";

/** One promise of the data tools over a datastore. */
export interface DataRule {
  readonly name: string;
  /** Rejects where the promise is broken. */
  check(): Promise<void>;
}

/** What `openData` promises, whichever datastore is below it. Runs every rule as a Vitest test. */
export function dataSuite(name: string, factory: DatastoreFactory, options: { readonly timeout?: number } = {}): void {
  const { timeout = 60_000 } = options;
  describe(`data: ${name}`, () => {
    for (const rule of dataRules(factory)) it(rule.name, { timeout }, () => rule.check());
  });
}

/** The rules that {@link dataSuite} runs. */
export function dataRules(factory: DatastoreFactory): readonly DataRule[] {
  return RULES.map(({ name, check }) => ({
    name,
    async check() {
      const { datastore, close } = await factory.open();
      const folder = await mkdtemp(join(tmpdir(), "metaflow-data-"));
      try {
        await check(createData(datastore, "data/Flow/1/"), folder);
      } finally {
        await rm(folder, { recursive: true, force: true });
        await close?.();
      }
    },
  }));
}

const RULES: readonly { readonly name: string; check(data: Data, folder: string): Promise<void> }[] = [
  {
    name: "what was put comes back, in every form",
    async check(data, folder) {
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
    async check(data) {
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
    name: "a folder is no object",
    async check(data) {
      await data.put("a/b", "x");
      await assert.rejects(data.get("a"), { code: "MF_DATA_ABSENT" });
      await assert.rejects(data.getStream("a"), { code: "MF_DATA_ABSENT" });
      assert.equal(await data.info("a"), null);
    },
  },
  {
    name: "keys may hold any language",
    async check(data) {
      const keys = ["über/中文", "a b/c+d", "e%20f", "😀"];
      await data.putMany(keys.map((key) => [key, key]));
      assert.deepEqual(texts(await data.getMany(keys)), keys);
      assert.deepEqual((await collect(data.listRecursive())).toSorted(), keys.toSorted());
    },
  },
  {
    name: "many come in the order asked, whatever they take",
    async check(data) {
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
    async check(data) {
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
    async check(data) {
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
    name: "what is to stay stays, and the answer says so",
    async check(data) {
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
    name: "a list shows one level, or all of it",
    async check(data) {
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
    async check(data) {
      await data.put("key", "twelve bytes");
      const { bytes: _, text: __, json: ___, ...rest } = await data.get("key");
      assert.deepEqual(await data.info("key"), rest);
      assert.equal(rest.size, 12);
      assert.ok(rest.url.endsWith("/data/Flow/1/key"));
      assert.ok(Math.abs(rest.modifiedAt.getTime() - Date.now()) < 3_600_000);
    },
  },
  {
    name: "files go up and come down whole, or not at all",
    async check(data, folder) {
      const path = (name: string) => join(folder, name);
      const content = Buffer.alloc(3_000_000, "content ");
      await writeFile(path("in"), content);
      await data.putFiles([["up/file", path("in")]]);
      const info = await data.download("up/file", path("deep/out"));
      assert.equal(info.size, content.length);
      assert.ok((await readFile(path("deep/out"))).equals(content));
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
    async check(data) {
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
    async check(data) {
      for (const key of ["../other", "a/../../b", "/absolute", "a//b", ""]) {
        await assert.rejects(data.put(key, "x"), { code: "MF_DATASTORE_KEY_INVALID" }, key);
      }
      await assert.rejects(async () => data.put("s3://bucket/key", "x"), { code: "MF_DATA_KEY_ABSOLUTE" });
      assert.deepEqual(await collect(data.listRecursive()), []);
    },
  },
];

async function* chunks(...parts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function texts(objects: readonly { text(): string }[]): string[] {
  return objects.map((each) => each.text());
}
