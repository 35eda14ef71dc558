import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FlowClass } from "../contracts/flow-definition.js";
import { isMetaflowError, type MetaflowError, type MetaflowErrors } from "../errors/metaflow-error.js";
import { bundleFlow } from "./bundle-flow.js";
import { createBundleEvaluator } from "./evaluate-bundle.js";
import { createSourceLocator } from "./source-locator.js";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function load(entry = "flow.ts"): Promise<Readonly<Record<string, unknown>>> {
  const namespace = await createBundleEvaluator(await bundleFlow(join(folder, entry)))();
  return namespace.flow;
}

async function problemsOf(entry: string): Promise<readonly MetaflowError[]> {
  const error: unknown = await bundleFlow(join(folder, entry)).catch((thrown: unknown) => thrown);
  return (error as MetaflowErrors).errors as readonly MetaflowError[];
}

describe("bundleFlow", () => {
  it("bundles the user's own files, of every kind", async () => {
    await write({
      "flow.ts": `
        import { a } from "./lib/a.ts";
        import b from "./b.cjs";
        import data from "./data.json" with { type: "json" };
        export const all: unknown[] = [a, b.value, data.n, await Promise.resolve("top")];`,
      "lib/a.ts": "export const a: string = 'a';",
      "b.cjs": "const { basename } = require('node:path'); module.exports = { value: basename('/x/b') };",
      "data.json": '{"n": 1}',
    });
    expect((await load()).all).toEqual(["a", "b", 1, "top"]);
  });

  it("leaves installed packages outside: ES modules, CommonJS, and what each importing file would get", async () => {
    await write({
      "flow.ts":
        "import { esm } from 'esm'; import cjs from 'cjs'; import { named } from 'cjs'; export const all = [esm, cjs.named, named];",
      "node_modules/esm/package.json": '{"name":"esm","type":"module","exports":{"import":"./index.mjs"}}',
      "node_modules/esm/index.mjs": "export const esm = import.meta.url.endsWith('index.mjs');",
      "node_modules/cjs/package.json": '{"name":"cjs","main":"./index.js"}',
      "node_modules/cjs/index.js": "exports.named = 'cjs';",
    });
    expect((await load()).all).toEqual([true, "cjs", "cjs"]);
    expect((await bundleFlow(join(folder, "flow.ts"))).code).not.toContain("'cjs';");
  });

  it("evaluates the user's files afresh and packages once", async () => {
    await write({
      "flow.ts":
        "import { state } from './own.ts'; import { shared } from 'pkg'; export const bump = () => [++state.n, ++shared.n];",
      "own.ts": "export const state = { n: 0 };",
      "node_modules/pkg/package.json": '{"name":"pkg","type":"module","exports":"./index.js"}',
      "node_modules/pkg/index.js": "export const shared = { n: 0 };",
    });
    const evaluate = createBundleEvaluator(await bundleFlow(join(folder, "flow.ts")));
    const bump = async (): Promise<unknown> => ((await evaluate()).flow.bump as () => unknown)();
    expect([await bump(), await bump()]).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it("gives each file its own import.meta", async () => {
    await write({
      "flow.ts": "export { where } from './deep/er/file.ts'; export const here = import.meta.dirname;",
      "deep/er/file.ts": "export const where = [import.meta.dirname, new URL('./x', import.meta.url).pathname];",
    });
    const flow = await load();
    expect(flow.here).toBe(folder);
    expect(flow.where).toEqual([join(folder, "deep/er"), join(folder, "deep/er/x")]);
  });

  it("resolves what is imported while it runs from the flow's folder", async () => {
    await write({
      "flow.ts": "export const get = (name: string) => import(name);",
      "node_modules/late/package.json": '{"name":"late","type":"module","exports":"./index.js"}',
      "node_modules/late/index.js": "export const late = true;",
    });
    const get = (await load()).get as (name: string) => Promise<unknown>;
    expect(await get("late")).toMatchObject({ late: true });
    expect(await get("node:path")).toHaveProperty("join");
  });

  it("has the same hash for the same source", async () => {
    await write({ "flow.ts": "export const x = 1;" });
    const [one, other] = await Promise.all([bundleFlow(join(folder, "flow.ts")), bundleFlow(join(folder, "flow.ts"))]);
    expect(one.sha256).toBe(other.sha256);
  });

  it("has the same hash wherever the files lie", async () => {
    const files = {
      "flow.ts":
        "import './lib/deep.ts'; import { esm } from 'esm'; import './own.cjs'; export const x = [esm, import.meta.url, import('esm')];",
      "lib/deep.ts": "export const here = import.meta.dirname;",
      "own.cjs": "exports.esm = [__filename, require('esm')];",
      "node_modules/esm/package.json": '{"name":"esm","version":"1.2.3","type":"module","exports":"./index.js"}',
      "node_modules/esm/index.js": "export const esm = 1;",
    };
    await write({
      ...files,
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`copy/${name}`, text])),
    });
    const [one, other] = await Promise.all([
      bundleFlow(join(folder, "flow.ts")),
      bundleFlow(join(folder, "copy/flow.ts")),
    ]);
    expect(one.code).toBe(other.code);
    expect(one.map).toBe(other.map);
    expect(Object.keys(one.modules)).toEqual(["esm@1.2.3/index.js"]);
    expect(one.modules).not.toEqual(other.modules);
  });

  it("tells every syntax error with its place", async () => {
    await write({ "flow.ts": "import './other.ts';\nimport './nowhere.ts';", "other.ts": "let x = ;" });
    const error: unknown = await bundleFlow(join(folder, "flow.ts")).catch((thrown: unknown) => thrown);
    expect(isMetaflowError(error, "MF_FLOW_NOT_BUNDLED")).toBe(true);
    expect((error as MetaflowErrors).errors.map(({ code }) => code).sort()).toEqual([
      "MF_FLOW_IMPORT_UNRESOLVED",
      "MF_FLOW_SYNTAX",
    ]);
    const places = (error as MetaflowErrors).errors.map(({ where }) => where.source);
    expect(places).toContainEqual({ file: join(folder, "flow.ts"), line: 2, column: 8 });
    expect(places).toContainEqual({ file: join(folder, "other.ts"), line: 1, column: 9 });
  });

  it("shows the lines around a syntax error, and what to do", async () => {
    await write({ "flow.ts": "const a = 1;\nconst b = 2;\n/* ä */ let x = ;\nconst c = 3;\n" });
    const [problem] = await problemsOf("flow.ts");
    expect(problem?.where.source).toMatchObject({ line: 3, column: 17 });
    expect(problem?.codeFrame?.split("\n")).toEqual([
      "  1 | const a = 1;",
      "  2 | const b = 2;",
      "> 3 | /* ä */ let x = ;",
      "    |                 ^",
      "  4 | const c = 3;",
      "  5 |",
    ]);
    expect(problem?.fix).toContain("tsc --noEmit");
  });

  it.each([
    ["lodashh", "Install it, where the name is right: npm install lodashh"],
    ["@scope/pkg/deep/er.js", "Install it, where the name is right: npm install @scope/pkg"],
    ["@/alias", expect.stringContaining("paths")],
    ["./helprs.js", "Did you mean './helpers.js'?"],
    ["./helprs", "Did you mean './helpers'?"],
    ["./lib/tols.ts", "Did you mean './lib/tools.ts'?"],
    ["./lib/tools.json", "Did you mean './lib/tools.ts'?"],
    ["./nothing.js", "Create the file, or correct the path: it is relative to the file that imports it."],
    ["./no/folder.js", "Create the file, or correct the path: it is relative to the file that imports it."],
    ["pkg/hidden.js", expect.stringContaining("The package pkg is installed, but offers no such import")],
  ])("an import of %s that leads nowhere has a fix", async (specifier, fix) => {
    await write({
      "flow.ts": `\nimport x from "${specifier}";\nconsole.log(x);`,
      "helpers.ts": "export default 1;",
      "lib/tools.ts": "export default 1;",
      "node_modules/pkg/package.json": '{"name":"pkg","type":"module","exports":{".":"./index.js"}}',
      "node_modules/pkg/index.js": "export default 1;",
      "node_modules/pkg/hidden.js": "export default 1;",
    });
    const [problem] = await problemsOf("flow.ts");
    expect(problem).toMatchObject({
      code: "MF_FLOW_IMPORT_UNRESOLVED",
      message: `The import of '${specifier}' leads nowhere: there is no such file or package.`,
      where: { source: { file: join(folder, "flow.ts"), line: 2, column: 15 } },
      fix,
    });
    expect(problem?.codeFrame).toContain("> 2 | import x from");
  });

  it("tells a missing file, a missing export of a package, and a top level that throws", async () => {
    await expect(bundleFlow(join(folder, "nope.ts"))).rejects.toMatchObject({ code: "MF_FLOW_FILE_NOT_FOUND" });
    await write({
      "missing.ts": "import { nope } from 'pkg'; console.log(nope);",
      "throws.ts": "throw new RangeError('too early');",
      "node_modules/pkg/package.json": '{"name":"pkg","type":"module","exports":"./index.js"}',
      "node_modules/pkg/index.js": "export const other = 1;",
    });
    await expect(load("missing.ts")).rejects.toThrow(/does not provide an export named 'nope'/);
    await expect(load("throws.ts")).rejects.toMatchObject({
      code: "MF_FLOW_NOT_LOADED",
      cause: { message: "too early" },
    });
  });
});

describe("createSourceLocator", () => {
  it("finds classes and methods where the user wrote them", async () => {
    await write({
      "flow.ts":
        'import { Base } from "./base.ts";\n\nexport default class Flow extends Base {\n  end(): void {\n    return;\n  }\n}\n',
      "base.ts": "// a comment\nexport class Base {\n  end(): void {\n    return;\n  }\n}\n",
    });
    const bundle = await bundleFlow(join(folder, "flow.ts"));
    const { flow } = await createBundleEvaluator(bundle)();
    const flowClass = flow.default as FlowClass<{ end(): void }>;
    const base = Object.getPrototypeOf(flowClass) as FlowClass<{ end(): void }>;
    const locator = createSourceLocator(bundle);
    expect(locator.locateClass(flowClass)).toMatchObject({ file: join(folder, "flow.ts"), line: 3 });
    const own = flowClass.prototype as { end(): void };
    const inherited = base.prototype as { end(): void };
    expect(locator.locate(flowClass, own.end, 0)).toEqual({ file: join(folder, "flow.ts"), line: 4, column: 3 });
    expect(locator.locate(base, inherited.end, 0)).toEqual({ file: join(folder, "base.ts"), line: 3, column: 3 });
    expect(locator.sourceText(join(folder, "base.ts"))).toContain("// a comment");
    expect(locator.locateClass(class Other {})).toBeNull();
  });
});
