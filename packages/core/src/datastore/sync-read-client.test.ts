import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Datastore } from "../contracts/datastore.js";
import { createBlobStore } from "./blob-store.js";
import { createLocalDatastore } from "./local-datastore.js";
import { createSyncReader } from "./sync-read-client.js";

let root: string;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "metaflow-sync-"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** A local datastore that cannot read synchronously, as those of clouds. */
function asynchronous(): Datastore {
  const { getSync: _, ...rest } = createLocalDatastore(join(root, "store"));
  return { ...rest, capabilities: { ...rest.capabilities, syncGet: false } };
}

it("reads what is there, and null for what is not", async () => {
  const datastore = asynchronous();
  await datastore.put("a/small", Buffer.from("small"));
  await datastore.put("a/empty", Buffer.alloc(0));
  await datastore.put("a/large", Buffer.alloc(20_000_000, 7));
  const read = createSyncReader(datastore);
  expect(Buffer.from(read("a/small") ?? []).toString()).toBe("small");
  expect(read("a/empty")).toHaveLength(0);
  expect(Buffer.alloc(20_000_000, 7).equals(read("a/large") ?? Buffer.alloc(0))).toBe(true);
  expect(read("a/absent")).toBeNull();
  for (let i = 0; i < 200; i++) expect(read("a/small")).toHaveLength(5);
});

it("throws what the datastore throws", () => {
  writeFileSync(join(root, "file"), "no folder");
  const read = createSyncReader({ name: "local", root });
  expect(() => read("file/b")).toThrow(
    expect.objectContaining({ code: "MF_DATASTORE_BROKEN", message: expect.stringMatching(/ENOTDIR/) }),
  );
  expect(() => read("../b")).toThrow(expect.objectContaining({ code: "MF_DATASTORE_KEY_INVALID" }));
  const unknown = createSyncReader({ name: "s4", root: "bucket" });
  expect(() => unknown("a")).toThrow(
    expect.objectContaining({ code: "MF_DATASTORE_UNKNOWN", fix: expect.stringMatching(/Install/) }),
  );
});

it("opens other datastores by the module that provides them", () => {
  const module = join(root, "provider.mjs");
  writeFileSync(
    module,
    `const cloud = {
       name: "cloud", scheme: "cl",
       open: (root) => ({ name: "cloud", root, capabilities: {}, get: async (key) => ({ bytes: Buffer.from(root + "/" + key) }) }),
     };
     export const plugin = { name: "acme", datastores: [cloud] };`,
  );
  const url = pathToFileURL(module).href;
  const read = (name: string) => createSyncReader({ name, root: "cl://bucket", module: url })("key");
  expect(String(Buffer.from(read("cloud") ?? []))).toBe("cl://bucket/key");
  expect(() => read("wrong")).toThrow(/'wrong' .*provider.mjs.* not there/);
});

it("gives up on a helper that gives no answer, and starts another", () => {
  const module = join(root, "slow.mjs");
  writeFileSync(module, `export default { name: "slow", scheme: "slow", open: () => new Promise(() => undefined) };`);
  const location = { name: "slow", root: "slow://x", module: pathToFileURL(module).href };
  const read = createSyncReader(location, { timeout: 300 });
  for (let i = 0; i < 2; i++) expect(() => read("key")).toThrow(/no answer within 300 ms/);
});

it("lets a blob store read synchronously from any datastore", async () => {
  const datastore = asynchronous();
  const hash = await createBlobStore(datastore).put([Buffer.from("content")]);
  const store = createBlobStore(datastore);
  expect(Buffer.from(store.getSync(hash, "x")).toString()).toBe("content");
  expect(() => store.getSync("a".repeat(64), "x")).toThrow(expect.objectContaining({ code: "MF_BLOB_MISSING" }));
});

it("is found beside the built package, and keeps no process alive", { timeout: 30_000 }, async () => {
  const dist = join(root, "dist");
  const store = join(root, "store");
  const contents = `
    import { createSyncReader } from "./sync-read-client.js";
    const bytes = createSyncReader({ name: "local", root: ${JSON.stringify(store)} })("a/small");
    console.log(Buffer.from(bytes).toString());`;
  writeFileSync(join(root, "package.json"), `{ "type": "module" }`);
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: join(dist, "main.js"),
  });
  await build({
    entryPoints: [join(import.meta.dirname, "../sync-reader.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outdir: dist,
  });
  const { stdout } = await promisify(execFile)(process.execPath, [join(dist, "main.js")], { timeout: 10_000 });
  expect(stdout).toBe("small\n");
});
