import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { datastoreSuite } from "../testing/datastore-suite.js";
import { createLocalDatastore } from "./local-datastore.js";

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "metaflow-local-"));
}

function opened(root: string, folder: string) {
  return { datastore: createLocalDatastore(root), close: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Somewhere this user may not write: a folder without the right to; for root, who has every right, a system's one. */
function deniedRoot(folder: string): string {
  if (process.getuid?.() === 0) return "/sys/metaflow-denied";
  chmodSync(folder, 0o500);
  return folder;
}

datastoreSuite("local", {
  open() {
    const folder = newFolder();
    return opened(join(folder, ".metaflow"), folder);
  },
  makeDenied() {
    const folder = newFolder();
    return opened(deniedRoot(folder), folder);
  },
  makeBroken() {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "a file where the root should be");
    return opened(join(folder, "file"), folder);
  },
});

let root: string;
beforeEach(() => {
  root = newFolder();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("names its root by an absolute path", () => {
  expect(createLocalDatastore("some/folder").root).toBe(join(process.cwd(), "some/folder"));
});

it("keeps attributes as long as their object, and no longer", async () => {
  const datastore = createLocalDatastore(root);
  const files = () => readdirSync(join(root, ".attributes")).length;
  const metadata = { made_by: "somebody" };
  const put = (options: object) => datastore.put("a/key", Buffer.from("x"), options);
  await datastore.put("plain", Buffer.from("x"));
  expect(readdirSync(root)).not.toContain(".attributes");
  await put({ metadata });
  expect(files()).toBe(1);
  expect(await put({ metadata, ifAbsent: true })).toEqual({ written: false });
  expect(await put({ metadata, ifMatch: "other" })).toEqual({ written: false });
  await put({ metadata });
  await put({ metadata, ifMatch: (await datastore.head("a/key"))?.etag });
  expect(files()).toBe(1);
  expect((await datastore.list("")).keys).toEqual(["a/key", "plain"]);
  await put({});
  expect(files()).toBe(0);
  await put({ metadata, ifAbsent: false });
  await datastore.delete("a/key");
  expect(files()).toBe(0);
  const own = { code: "MF_DATASTORE_KEY_INVALID" };
  await expect(datastore.put(".attributes/x", Buffer.from("x"))).rejects.toMatchObject(own);
});

it("gives no attributes of what others put in an object's place, and says where its own are damaged", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("key", Buffer.from("x"), { contentType: "text/csv" });
  const [file = ""] = readdirSync(join(root, ".attributes"));
  writeFileSync(join(root, ".attributes", file), "{");
  const damaged = { code: "MF_DATASTORE_BROKEN" };
  await expect(datastore.head("key", { attributes: true })).rejects.toMatchObject(damaged);
  writeFileSync(join(root, "key"), "another");
  expect(await datastore.head("key", { attributes: true })).toEqual(await datastore.head("key"));
});

it("keeps its working folder out of keys and lists", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("a", Buffer.from("a"));
  writeFileSync(join(root, ".tmp/put-unfinished"), "half");
  expect(await datastore.list("")).toEqual({ keys: ["a"], prefixes: [], cursor: undefined });
  expect((await datastore.list("", { delimiter: "/" })).prefixes).toEqual([]);
  await expect(datastore.get(".tmp/put-unfinished")).rejects.toMatchObject({ code: "MF_DATASTORE_KEY_INVALID" });
});

it("leaves no files behind, whether a put writes, is refused or fails", async () => {
  const datastore = createLocalDatastore(root);
  const large = Buffer.alloc(1_000_000);
  for (const body of [Buffer.from("a"), large]) {
    const key = `k/${body.length}`;
    const put = await datastore.put(key, body, { ifAbsent: true });
    await datastore.put(key, body, { ifAbsent: true });
    await datastore.put(key, body, { ifMatch: put.written ? put.etag : "" });
    await datastore.put(key, body, { ifMatch: "stale" });
    await datastore.put("k", body).catch(() => undefined);
    const controller = new AbortController();
    const aborted = datastore.put("aborted", [large, large], { signal: controller.signal });
    controller.abort();
    await aborted.catch(() => undefined);
  }
  expect(readdirSync(join(root, ".tmp"))).toEqual([]);
});

it("clears away what a killed process left, once it is old", async () => {
  mkdirSync(join(root, ".tmp"));
  for (const name of ["put-old", "put-new", "lock-old"]) writeFileSync(join(root, ".tmp", name), "half");
  for (const name of ["put-old", "lock-old"]) utimesSync(join(root, ".tmp", name), 1e9, 1e9);
  await createLocalDatastore(root).put("a", Buffer.from("a"));
  await expect
    .poll(() => readdirSync(join(root, ".tmp")).toSorted(), { timeout: 5000 })
    .toEqual(["lock-old", "put-new"]);
});

// There the system never says that the folder above is there now, which Node's own recursion waits for.
it.runIf(process.platform === "linux")("gives up where no folder can be made", async () => {
  const put = createLocalDatastore("/proc/metaflow/deep").put("a/b", Buffer.from("a"));
  await expect(put).rejects.toMatchObject({
    code: expect.stringMatching(/^MF_DATASTORE_(BROKEN|DENIED)$/),
    message: expect.stringContaining("/proc/metaflow/deep"),
  });
});

it("names the place that it may not write to, and how to choose another", async () => {
  const place = deniedRoot(root);
  const put = createLocalDatastore(place).put("a/b", Buffer.from("a"));
  await expect(put).rejects.toMatchObject({
    code: "MF_DATASTORE_DENIED",
    message: expect.stringContaining(place),
    fix: expect.stringMatching(/--datastore-root/),
  });
  if (place === root) chmodSync(root, 0o700);
});

it("makes all folders above an object, beside others that do so too", async () => {
  const datastore = createLocalDatastore(join(root, "not/there/yet"));
  await Promise.all(["a/b/c/1", "a/b/c/2", "a/d"].map((key) => datastore.put(key, Buffer.from("x"))));
  expect((await datastore.list("")).keys).toEqual(["a/b/c/1", "a/b/c/2", "a/d"]);
});

it("shows no folders without files", async () => {
  const datastore = createLocalDatastore(root);
  mkdirSync(join(root, "empty/deep/er"), { recursive: true });
  await datastore.put("full/deep/er", Buffer.from("a"));
  expect((await datastore.list("", { delimiter: "/" })).prefixes).toEqual(["full/"]);
});

it("removes folders with their last file, and survives writers that need them", async () => {
  const datastore = createLocalDatastore(root);
  const churn = async (name: string) => {
    for (let i = 0; i < 200; i++) {
      await datastore.put(`a/b/c/${name}`, Buffer.from("x"), { ifAbsent: i % 2 === 0 });
      await datastore.delete(`a/b/c/${name}`);
    }
  };
  await Promise.all(["1", "2", "3"].map(churn));
  expect(readdirSync(root)).toEqual([".tmp"]);
});

it("works again after its folder was deleted", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("a/b", Buffer.from("1"));
  rmSync(root, { recursive: true });
  expect(await datastore.get("a/b")).toBeNull();
  expect((await datastore.list("")).keys).toEqual([]);
  await datastore.put("a/b", Buffer.from("2"), { ifAbsent: true });
  expect(datastore.getSync?.("a/b")?.bytes.toString()).toBe("2");
});

it("follows links to folders and files", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("real/a", Buffer.from("a"));
  symlinkSync(join(root, "real"), join(root, "linked"));
  symlinkSync(join(root, "gone"), join(root, "dangling"));
  expect((await datastore.list("")).keys).toEqual(["linked/a", "real/a"]);
  expect((await datastore.get("linked/a"))?.size).toBe(1);
});

it("has no object where a folder is", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("folder/a", Buffer.from("a"));
  expect(datastore.getSync?.("folder")).toBeNull();
  for (const ask of ["get", "getStream", "head"] as const) expect(await datastore[ask]?.("folder")).toBeNull();
});

it("says why it is broken", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("folder/a", Buffer.from("a"));
  const broken = (reason: RegExp) =>
    expect.objectContaining({ code: "MF_DATASTORE_BROKEN", message: expect.stringMatching(reason) });
  await expect(datastore.put("folder", Buffer.from("a"))).rejects.toEqual(broken(/write 'folder'/));
  await expect(datastore.get("folder/a/b")).rejects.toEqual(broken(/ENOTDIR/));
});

it("gives memory of its own, so that views of 8 bytes are aligned", async () => {
  const datastore = createLocalDatastore(root);
  await datastore.put("a", Buffer.alloc(100));
  const { bytes } = (await datastore.get("a")) ?? expect.unreachable();
  expect([bytes.byteOffset, bytes.buffer.byteLength]).toEqual([0, 100]);
});

it("gives the thread up while it reads or writes what is large", async () => {
  const datastore = createLocalDatastore(root);
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const piece = Buffer.alloc(32 * 1024 * 1024, 7);
  await datastore.put("large", [piece, piece, piece, piece]);
  const whileWriting = turns;
  expect((await datastore.get("large"))?.size).toBe(4 * piece.length);
  clearInterval(timer);
  expect(whileWriting).toBeGreaterThan(1);
  expect(turns - whileWriting).toBeGreaterThan(1);
});
