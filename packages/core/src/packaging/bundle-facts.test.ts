import { rm, symlink, utimes } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BundleProject, createBundleProject, OWN_FILES, type ProjectFiles } from "../testing/bundle-project.js";
import { bundleFlow } from "./bundle-flow.js";

let project: BundleProject;

beforeEach(async () => {
  project = await createBundleProject();
});

afterEach(() => project[Symbol.asyncDispose]());

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

const PACKAGE = {
  "p/flow.ts": 'import { a } from "pkg"; export const all = [a];',
  "node_modules/pkg/package.json": '{"name":"pkg","version":"1.0.0","type":"module","exports":"./index.js"}',
  "node_modules/pkg/index.js": "export const a = 1;",
};
const SCOPED = {
  "p/flow.ts": 'import { a } from "@s/pkg"; export const all = [a];',
  "node_modules/@s/pkg/package.json": '{"name":"@s/pkg","version":"1.0.0","type":"module","exports":"./index.js"}',
  "node_modules/@s/pkg/index.js": "export const a = 1;",
};
describe("a kept bundle is used", () => {
  it("while nothing has changed", async () => {
    await keep({ ...OWN_FILES, "tsconfig.json": '{"compilerOptions":{"strict":true}}', "package.json": "{}" });
    const path = project.path("lib/a.ts");
    await utimes(path, new Date(), new Date());
    expect(await load()).toBe("hit");
  });

  it("with packages, Node's modules and core", async () => {
    await keep({ ...PACKAGE, "p/flow.ts": `import "@metaflow-ts/core"; import "node:fs"; ${PACKAGE["p/flow.ts"]}` });
    await project.write({ "node_modules/pkg/index.js": "export const a = 2;" });
    expect(await load()).toBe("hit");
  });

  it("with a folder's index file", async () => {
    await keep({ "p/flow.ts": 'export * from "./lib";', "p/lib/index.ts": "export const a = 1;" });
    await project.write({ "p/lib/package.json": '{"main":"./other.ts"}', "p/lib/other.ts": "export const a = 2;" });
    expect(await load()).toBe("miss");
  });
});

describe("a bundle is made afresh after a change:", () => {
  const cases: Readonly<Record<string, readonly [before: ProjectFiles, after: ProjectFiles, removed?: string]>> = {
    "the flow": [OWN_FILES, { "p/flow.ts": "export const all = [];" }],
    "an import of the same length": [OWN_FILES, { "lib/a.ts": "export const a = 2;" }],
    "data that is imported": [OWN_FILES, { "p/d.json": "[]" }],
    "a file that comes before another": [OWN_FILES, { "lib/a.tsx": "export const a = 2;", "lib/a.js": "" }],
    "a file that comes before a folder": [
      { "p/flow.ts": 'export * from "../x/lib";', "x/lib/index.ts": "export const a = 1;" },
      { "x/lib.ts": "export const a = 2;" },
    ],
    "a tsconfig": [
      { ...OWN_FILES, "tsconfig.json": "{}" },
      { "tsconfig.json": '{"compilerOptions":{"target":"es2020"}}' },
    ],
    "a new tsconfig": [OWN_FILES, { "lib/tsconfig.json": '{"compilerOptions":{"useDefineForClassFields":false}}' }],
    "no tsconfig any more": [{ ...OWN_FILES, "tsconfig.json": "{}" }, {}, "tsconfig.json"],
    "what a tsconfig extends": [
      {
        ...OWN_FILES,
        "p/tsconfig.json": '{"extends":"../base"}',
        "base.json": '{"extends":"./root.json"}',
        "root.json": "{}",
      },
      { "root.json": '{"compilerOptions":{"useDefineForClassFields":false}}' },
    ],
    "paths in a tsconfig": [
      { ...PACKAGE, "tsconfig.json": "{}" },
      { "tsconfig.json": '{"compilerOptions":{"paths":{"pkg":["./lib/x.ts"]}}}', "lib/x.ts": "export const a = 3;" },
    ],
    "a package.json": [{ ...OWN_FILES, "package.json": "{}" }, { "package.json": '{"type":"module"}' }],
    "a new package.json": [OWN_FILES, { "lib/package.json": '{"sideEffects":false}' }],
    "another version of a package": [
      PACKAGE,
      { "node_modules/pkg/package.json": '{"name":"pkg","version":"1.0.1","type":"module","exports":"./index.js"}' },
    ],
    "a nearer package": [PACKAGE, { "p/node_modules/pkg/index.js": "export const a = 2;" }],
    "a nearer package in a scope": [SCOPED, { "p/node_modules/@s/pkg/index.js": "export const a = 2;" }],
    "a file in the place of a package": [PACKAGE, { "node_modules/pkg.js": "export const a = 2;" }],
  };
  for (const [name, [before, after, removed]] of Object.entries(cases)) {
    it(name, async () => {
      await keep(before);
      await project.write(after);
      if (removed !== undefined) await project.remove(removed);
      expect(await load()).toBe("miss");
    });
  }

  it("a package that is gone", async () => {
    await keep(PACKAGE);
    await project.remove("node_modules/pkg");
    await expect(load()).rejects.toMatchObject({ code: "MF_FLOW_NOT_BUNDLED" });
    expect(await load().catch(() => "still")).toBe("still");
  });

  it("the project's config, added, edited and removed", async () => {
    await keep(OWN_FILES);
    await project.write({ "metaflow.config.ts": "export default {};" });
    expect(await load("metaflow.config.ts")).toBe("miss");
    await keep({ "metaflow.config.ts": "export default { quiet: true };" }, "metaflow.config.ts");
    await project.write({ "metaflow.config.ts": "export default { quiet: null };" });
    expect(await load("metaflow.config.ts")).toBe("miss");
    await project.remove("metaflow.config.ts");
    // The bundle without a config is still there, and right.
    expect(await load()).toBe("hit");
  });

  it("a link that leads elsewhere", async () => {
    await project.write({ "p/flow.ts": 'export * from "./lib/a.ts";', "one/a.ts": "export const a = 1;" });
    await project.write({ "two/a.ts": "export const a = 2;" });
    const link = project.path("p/lib");
    await symlink("../one", link);
    await keep({});
    await rm(link);
    await symlink("../two", link);
    expect(await load()).toBe("miss");
  });
});

describe("a bundle is not kept", () => {
  const cases: Readonly<Record<string, ProjectFiles>> = {
    "when a tsconfig says where packages are": {
      "p/flow.ts": 'import { a } from "pkg"; export const all = [a];',
      "tsconfig.json": '{"compilerOptions":{"paths":{"pkg":["./gen/x.ts","./lib/x.ts"]}}}',
      "lib/x.ts": "export const a = 3;",
    },
    "when a tsconfig extends one of a package": {
      ...OWN_FILES,
      "tsconfig.json": '{"extends":"base/tsconfig.json"}',
      "node_modules/base/tsconfig.json": "{}",
    },
    "when files are found by a pattern": {
      "p/flow.ts": `const n = "a"; export const all = [await import("./lib/" + n + ".ts")];`,
      "p/lib/a.ts": "",
    },
    "when a folder says where its main file is": {
      "p/flow.ts": 'export * from "./lib";',
      "p/lib/package.json": '{"main":"./gone.js"}',
      "p/lib/index.js": "export const a = 1;",
    },
    "when a name leads to the user's own files": {
      "p/flow.ts": 'export * from "#a";',
      "p/package.json": '{"imports":{"#a":"./a.js"}}',
      "p/a.js": "export const a = 1;",
    },
  };
  for (const [name, files] of Object.entries(cases)) {
    it(name, async () => {
      await project.write(files);
      await project.settle();
      expect([await load(), await load()]).toEqual(["miss", "miss"]);
    });
  }

  it("when a file changes while it is made", async () => {
    await project.write(OWN_FILES);
    await project.settle();
    const loading = load().catch(() => "changed");
    await project.write({ "lib/a.ts": "export const a = 5;" });
    await loading;
    expect(await load()).toBe("miss");
  });

  it("when it could not be made", async () => {
    await project.write({ "p/flow.ts": "const = 1;" });
    await project.settle();
    await expect(load()).rejects.toMatchObject({ code: "MF_FLOW_NOT_BUNDLED" });
    await expect(load()).rejects.toMatchObject({ code: "MF_FLOW_NOT_BUNDLED" });
  });
});
