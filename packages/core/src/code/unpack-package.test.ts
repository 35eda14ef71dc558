import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CodeManifest } from "../contracts/code-package.js";
import { type ArchivedFile, packArchive, sha256Of } from "./archive.js";
import { MANIFEST_NAME } from "./manifest.js";
import { uniteFiles } from "./package-files.js";
import { unpackPackage } from "./unpack-package.js";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "unpack-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const file = (path: string, text: string): ArchivedFile => ({ path, bytes: Buffer.from(text) });

/** A store of archives: a package of the files, and a runtime. */
async function store(files: readonly ArchivedFile[], change: (files: ArchivedFile[]) => ArchivedFile[] = (all) => all) {
  const runtime = await packArchive([file("node_modules/@metaflow-ts/core/dist/bin.js", "// runs")]);
  const manifest: CodeManifest = {
    ...{
      format: 1,
      flow: "F",
      steps: null,
      code: "",
      entry: "files/flows/f.ts",
      node: ">=22",
      environment: "npm",
      provider: null,
    },
    ...{ modules: {}, plugins: {}, installs: {} },
    runtime: { sha256: sha256Of(runtime), size: runtime.length, version: "1.0.0" },
    files: Object.fromEntries(files.map(({ path, bytes }) => [path, sha256Of(bytes)])),
  };
  const archive = await packArchive(change([file(MANIFEST_NAME, JSON.stringify(manifest)), ...files]));
  const blobs = new Map([runtime, archive].map((bytes) => [sha256Of(bytes), bytes]));
  let reads = 0;
  const read = async (sha256: string): Promise<Uint8Array> => {
    reads += 1;
    return blobs.get(sha256) as Uint8Array;
  };
  return { read, sha256: sha256Of(archive), reads: () => reads };
}

const FILES = [file("flow.mjs", "code"), file(`files/${"long/".repeat(40)}name.txt`, "far down")];

describe("an archive", () => {
  it("has the same bytes for the same files, in whichever order they come", async () => {
    expect(await packArchive(FILES.toReversed())).toEqual(await packArchive(FILES));
    expect(await packArchive([file("flow.mjs", "other")])).not.toEqual(await packArchive([file("flow.mjs", "code")]));
  });
});

describe("unpacking", () => {
  it("puts the package and the runtime into a folder of their own, once", async () => {
    const { read, sha256, reads } = await store(FILES);
    const places = await Promise.all([unpackPackage(read, sha256, home), unpackPackage(read, sha256, home)]);
    const [{ folder, place }] = places as [(typeof places)[0], (typeof places)[0]];
    for (const { path, bytes } of FILES) expect(await readFile(join(folder, path))).toEqual(bytes);
    expect(await readFile(join(place, "node_modules/@metaflow-ts/core/dist/bin.js"), "utf8")).toBe("// runs");
    const before = reads();
    await unpackPackage(read, sha256, home);
    expect(reads()).toBe(before);
  });

  it.each<[string, (folder: string) => Promise<unknown>, string]>([
    ["was changed", (folder) => writeFile(join(folder, "flow.mjs"), "evil"), "'flow.mjs' is not what it was"],
    ["is gone", (folder) => rm(join(folder, "flow.mjs")), "'flow.mjs' is missing"],
    ["is its manifest and is gone", (folder) => rm(join(folder, MANIFEST_NAME)), "it has no MANIFEST.json"],
    ["is its manifest and is damaged", (folder) => writeFile(join(folder, MANIFEST_NAME), "{"), "is no JSON"],
  ])("refuses what was unpacked before where a file %s", async (_, damage, reason) => {
    const { read, sha256 } = await store(FILES);
    const { folder } = await unpackPackage(read, sha256, home);
    await damage(folder);
    await expect(unpackPackage(read, sha256, home)).rejects.toMatchObject({
      code: "MF_PACKAGE_CORRUPT",
      message: expect.stringContaining(reason),
    });
  });

  it.each<[string, (files: ArchivedFile[]) => ArchivedFile[], string]>([
    ["that its manifest does not know", (files) => [...files, file("more.js", "x")], "'more.js' does not belong to it"],
    ["outside of it", (files) => [...files, file("../out.js", "x")], "'../out.js' leads outside of it"],
    ["less", (files) => files.filter(({ path }) => path !== "flow.mjs"), "'flow.mjs' is missing"],
  ])("refuses an archive with a file %s", async (_, change, reason) => {
    const { read, sha256 } = await store(FILES, change);
    await expect(unpackPackage(read, sha256, home)).rejects.toThrow(reason);
  });

  it("refuses what is no archive", async () => {
    const text = Buffer.from("no archive".repeat(100));
    await expect(unpackPackage(async () => text, sha256Of(text), home)).rejects.toThrow("it is no archive");
  });
});

describe("files that come together", () => {
  const added = (path: string, text: string, from: string) => ({ ...file(path, text), from });

  it("are one where they are equal, and a conflict with both sides named where not", () => {
    const [one, same] = [added("a.txt", "x", "decorator 'a'"), added("a.txt", "x", "decorator 'b'")];
    expect(uniteFiles([one, same])).toEqual([one]);
    expect(() => uniteFiles([one, added("a.txt", "y", "decorator 'b'")])).toThrow(
      "Two different files would be 'a.txt' in the code package: from decorator 'a' and from decorator 'b'.",
    );
  });

  it.each(["", "/a", "a//b", "../a", "a/./b", "a\\b", "a/\0b", "a/\nb"])("have no path like %j", (path) => {
    expect(() => uniteFiles([added(path, "x", "somebody")])).toThrow("cannot be the path");
  });
});
