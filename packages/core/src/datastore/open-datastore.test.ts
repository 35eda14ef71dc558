import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { builtinProviders } from "./builtin-providers.js";
import { findLocalRoot } from "./find-local-root.js";
import { createMemoryDatastore } from "./memory-datastore.js";
import { openDatastore } from "./open-datastore.js";

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "metaflow-open-")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cloud: DatastoreProvider = {
  name: "cloud",
  scheme: "cl",
  open: async (root) => ({ ...createMemoryDatastore(), name: "cloud", root }),
};
const providers = [...builtinProviders, cloud];

describe("findLocalRoot", () => {
  it("finds the nearest .metaflow folder upward", () => {
    mkdirSync(join(folder, "a/.metaflow"), { recursive: true });
    mkdirSync(join(folder, "a/b/c"), { recursive: true });
    writeFileSync(join(folder, "a/b/.metaflow"), "a file is no root");
    expect(findLocalRoot(join(folder, "a/b/c"))).toBe(join(folder, "a/.metaflow"));
  });

  it("names the one to make where there is none", () => {
    mkdirSync(join(folder, "new/deep"), { recursive: true });
    expect(findLocalRoot(join(folder, "new/deep"))).toBe(join(folder, "new/deep/.metaflow"));
  });
});

describe("openDatastore", () => {
  it("takes the local one where nothing is said", async () => {
    const directory = join(folder, "a/b");
    expect(await openDatastore({ directory }, providers)).toMatchObject({
      name: "local",
      root: join(folder, "a/.metaflow"),
    });
  });

  it("chooses by the scheme of the root, or by name", async () => {
    expect(await openDatastore({ root: "cl://bucket/x" }, providers)).toMatchObject({
      name: "cloud",
      root: "cl://bucket/x",
    });
    expect(await openDatastore({ name: "cloud", root: "bucket" }, providers)).toMatchObject({ root: "bucket" });
    expect(await openDatastore({ root: folder }, providers)).toMatchObject({ name: "local", root: folder });
    expect(await openDatastore({ root: pathToFileURL(folder).href }, providers)).toMatchObject({ root: folder });
    expect(await openDatastore({ root: "memory://a" }, providers)).toMatchObject({
      name: "memory",
      root: "memory://a",
    });
  });

  it("says how a root is given where there is none", async () => {
    await expect(openDatastore({ name: "cloud" }, providers)).rejects.toMatchObject({
      code: "MF_DATASTORE_ROOT_INVALID",
      fix: expect.stringContaining("--datastore-root cl://bucket/prefix"),
    });
  });

  it("opens what a location says", async () => {
    for (const root of ["memory://a", folder, "cl://bucket"]) {
      const { name, root: opened } = await openDatastore({ root }, providers);
      expect(await openDatastore({ name, root: opened }, providers)).toMatchObject({ name, root: opened });
    }
  });

  it("lists what it knows, nearest first, where the name or the scheme is unknown", async () => {
    await expect(openDatastore({ name: "clod" }, providers)).rejects.toMatchObject({
      code: "MF_DATASTORE_UNKNOWN",
      message: "There is no datastore 'clod'. Known: cloud, local, memory.",
    });
    await expect(openDatastore({ root: "s3://bucket" }, providers)).rejects.toMatchObject({
      code: "MF_DATASTORE_UNKNOWN",
    });
  });

  it("refuses roots that make no sense", async () => {
    const expected = { code: "MF_DATASTORE_ROOT_INVALID" };
    await expect(openDatastore({ name: "local", root: "s3://bucket" }, providers)).rejects.toMatchObject(expected);
    await expect(openDatastore({ name: "local", root: "" }, providers)).rejects.toMatchObject(expected);
    await expect(openDatastore({ root: "file://host/x" }, providers)).rejects.toMatchObject(expected);
    await expect(openDatastore({ name: "cloud" }, providers)).rejects.toMatchObject(expected);
    for (const root of ["s3:/bucket/prefix", "s3:bucket/prefix"]) {
      const fix = `Write s3://bucket/prefix; a folder of this name is ./${root}.`;
      await expect(openDatastore({ root }, providers)).rejects.toMatchObject({ ...expected, fix });
      expect(await openDatastore({ root: join(folder, root) }, providers)).toMatchObject({ name: "local" });
    }
  });

  it("refuses a file as the local root, before anything is read or written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    for (const root of [file, pathToFileURL(file).href, join(file, "below")]) {
      const expected = { code: "MF_DATASTORE_ROOT_INVALID", message: expect.stringContaining("is a file, no folder") };
      await expect(openDatastore({ root }, providers)).rejects.toMatchObject(expected);
    }
  });
});
