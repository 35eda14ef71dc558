import { chmod, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BundleProject, createBundleProject, OWN_FILES, type ProjectFiles } from "../testing/bundle-project.js";
import { openBundleCache } from "./bundle-cache.js";
import { bundleFlow } from "./bundle-flow.js";

let project: BundleProject;

beforeEach(async () => {
  project = await createBundleProject();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await project[Symbol.asyncDispose]();
});

/** Whether the bundle was a kept one. It is always the same as a fresh one. */
async function load(config?: string): Promise<"hit" | "miss"> {
  const { bundle, configFile, from } = await project.load({ config });
  expect(bundle).toEqual(await bundleFlow(project.entry, configFile));
  return from === "cache" ? "hit" : "miss";
}

/** Keeps a bundle of the files. */
async function keep(files: ProjectFiles, config?: string): Promise<void> {
  await project.write(files);
  await project.settle();
  expect(await load(config)).toBe("miss");
  expect(await load(config)).toBe("hit");
}

describe("the folder of kept bundles", () => {
  const onlyFile = async () => join(project.cacheFolder, (await readdir(project.cacheFolder))[0] ?? "");

  it("is the user's alone", async () => {
    await keep(OWN_FILES);
    for (const path of [project.cacheFolder, await onlyFile()]) {
      await chmod(path, 0o777);
      expect(await load()).toBe("miss");
      await chmod(path, 0o700);
      expect(await load()).toBe("hit");
    }
    const user = process.getuid?.() ?? 0;
    vi.spyOn(process, "getuid").mockReturnValue(user + 1);
    expect(await load()).toBe("miss");
  });

  it("is no link", async () => {
    await keep(OWN_FILES);
    const other = join(project.folder, "other");
    await symlink(project.cacheFolder, other);
    expect(await project.load({ cacheFolder: other })).toMatchObject({ from: "bundler" });
  });

  it("may hold broken files, and files whose code is not theirs", async () => {
    await keep(OWN_FILES);
    const path = await onlyFile();
    const whole = await readFile(path, "utf8");
    for (const broken of ["", "{}", whole.slice(0, -9), whole.replace("const a", "const b"), `x${whole}`]) {
      await writeFile(path, broken);
      expect(await load()).toBe("miss");
      expect(await load()).toBe("hit");
    }
  });

  it("may be impossible to write", async () => {
    await writeFile(project.cacheFolder, "a file");
    await project.write(OWN_FILES);
    await project.settle();
    expect([await load(), await load()]).toEqual(["miss", "miss"]);
  });

  it("is written by many at once, and keeps the newest", async () => {
    await project.write(OWN_FILES);
    await project.settle();
    await Promise.all([load(), load(), load()]);
    expect(await load()).toBe("hit");
    expect(await readdir(project.cacheFolder)).toHaveLength(1);
    const cache = openBundleCache(project.cacheFolder);
    const bundle = await bundleFlow(project.entry);
    for (let k = 0; k < 60; k++) cache?.write(`key ${k}`, bundle, []);
    expect(await readdir(project.cacheFolder)).toHaveLength(50);
    expect(cache?.read("key 59")).toEqual(bundle);
    expect(cache?.read("another key")).toBeUndefined();
  });
});
