/** What a flow's file may import, and from where its classes may come. */
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { createFlowFolder, IMPORTS } from "./flow-run.js";

/** A flow of one step that stores the value of an expression. */
const valueFlow = (imports: string, expression: string): string => `${IMPORTS}
${imports}
export default class ValueFlow extends FlowSpec {
  value: unknown;
  @step async only() { this.value = ${expression}; }
}
`;

const packageJson = (fields: object): string => JSON.stringify({ name: "x", version: "1.0.0", ...fields });

describe("a flow's file", () => {
  const flow = (name: string, value: string): string => `export class ${name} extends FlowSpec {
  value!: string;
  @step start() { this.value = ${JSON.stringify(value)}; this.next(this.end); }
  @step end() {}
}
`;

  it("may hold several flows, one of which is named on the command line", async () => {
    const folder = await createFlowFolder({
      "flows.ts": `${IMPORTS}\n${flow("FirstFlow", "1")}${flow("OtherFlow", "2")}`,
    });
    const refused = await folder.cli(["flows.ts", "run"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/FirstFlow[\s\S]*OtherFlow/);
    const run = await folder.run(["flows.ts:OtherFlow", "run"]);
    expect(run.finished.pathspec).toMatch(/^OtherFlow\//);
    expect(await run.values("end")).toEqual({ value: "2" });
  });

  it("may pass on a flow of another file, by name or as its default", async () => {
    const folder = await createFlowFolder({
      "inner/flow.ts": `${IMPORTS}\n${flow("InnerFlow", "inner")}export default InnerFlow;\n`,
      "default.ts": `export { default } from "./inner/flow.js";\n`,
      "named.ts": `export * from "./inner/flow.ts";\n`,
      "renamed.ts": `export { InnerFlow as Renamed } from "./inner/flow";\n`,
    });
    for (const file of ["default.ts", "named.ts", "renamed.ts", "renamed.ts:Renamed"]) {
      const run = await folder.run([file, "run"]);
      expect(run.code, file).toBe(0);
      expect(await run.values("end"), file).toEqual({ value: "inner" });
    }
  });

  it("may take steps, fields and parameters from base classes in other files", async () => {
    const folder = await createFlowFolder({
      "base/root.ts": `${IMPORTS}
export abstract class RootFlow extends FlowSpec {
  @parameter() size = 2;
  fromRoot = "root";
  protected describe(): string { return "root's " + this.fromRoot; }
  @step end() { console.log(this.describe()); }
}`,
      "base/middle.ts": `${IMPORTS}
import { RootFlow } from "./root.js";
export abstract class MiddleFlow extends RootFlow {
  fromMiddle = "middle";
  @step start() { this.next(this.work); }
  @step work() { this.fromRoot = "overwritten"; this.next(this.end); }
}`,
      "flow.ts": `${IMPORTS}
import { MiddleFlow } from "./base/middle.js";
export default class ChildFlow extends MiddleFlow {
  own = "own";
  protected override describe(): string { return "child of " + super.describe() + this.size; }
  @step override work() { this.fromRoot = "by the child"; this.next(this.end); }
}`,
    });
    const run = await folder.run(["flow.ts", "run", "--size", "3"]);
    expect(run.code).toBe(0);
    expect(await run.values("end")).toEqual({ size: 3, fromRoot: "by the child", fromMiddle: "middle", own: "own" });
    expect((await run.log("end")).stdout).toBe("child of root's by the child3\n");
  });
});

describe("a flow may import", () => {
  it("packages of every kind, its own CommonJS files, JSON and data beside a file", async () => {
    const folder = await createFlowFolder({
      "package.json": packageJson({ type: "module" }),
      "node_modules/esm-only/package.json": packageJson({
        type: "module",
        exports: { ".": "./lib.js", "./deep": "./deep.js" },
      }),
      "node_modules/esm-only/lib.js": `export const kind = "esm"; export default () => import.meta.url.includes("esm-only");`,
      "node_modules/esm-only/deep.js": "const value = await Promise.resolve('deep'); export { value };",
      "node_modules/common/package.json": packageJson({ main: "index.js" }),
      "node_modules/common/index.js": `exports.kind = "cjs"; exports.file = require("node:path").basename(__filename);`,
      "node_modules/common-class/package.json": packageJson({ main: "index.cjs" }),
      "node_modules/common-class/index.cjs": "module.exports = class Tool { name() { return 'tool'; } };",
      "lib/own.cjs": `const { kind } = require("common"); module.exports = { own: "own " + kind, from: __filename.endsWith("own.cjs") };`,
      "lib/settings.json": `{ "depth": 3 }`,
      "lib/where.ts": `import { readFileSync } from "node:fs";
export const where = [import.meta.url, import.meta.dirname, import.meta.filename];
export const text = readFileSync(new URL("./data.txt", import.meta.url), "utf8");`,
      "lib/data.txt": "data",
      "lib/late.ts": "export const late = 'late';",
      "tsconfig.json": `{ "compilerOptions": { "paths": { "#lib/*": ["./lib/*"] } } }`,
      "flow.ts": valueFlow(
        `import isEsm, { kind } from "esm-only";
import { value as deep } from "esm-only/deep";
import * as common from "common";
import Tool from "common-class";
import own from "./lib/own.cjs";
import settings from "./lib/settings.json" with { type: "json" };
import { where, text } from "./lib/where.js";
import { text as again } from "#lib/where.ts";
const top = await new Promise<string>((done) => setTimeout(done, 5, "awaited"));
const name = "esm-only";`,
        `{
      esm: [kind, isEsm(), deep], common: [common.kind, common.file, new Tool().name()], own, settings, where, text, again, top,
      dynamic: [(await import("./lib/late.js")).late, (await import(name)).kind],
    }`,
      ),
    });
    const run = await folder.run(["flow.ts", "run"]);
    expect(run.code).toBe(0);
    const file = join(folder.path, "lib/where.ts");
    expect((await run.values("only")).value).toEqual({
      esm: ["esm", true, "deep"],
      common: ["cjs", "index.js", "tool"],
      own: { own: "own cjs", from: true },
      settings: { depth: 3 },
      where: [`file://${file}`, dirname(file), file],
      text: "data",
      again: "data",
      top: "awaited",
      dynamic: ["late", "esm"],
    });
  });

  it("a package with native code", async ({ skip }) => {
    const binding = await findBinding();
    if (binding === undefined) return skip("no installed package has a native binding for this system");
    const folder = await createFlowFolder({
      "node_modules/native/package.json": packageJson({ main: "index.js" }),
      "node_modules/native/index.js": `module.exports = require(${JSON.stringify(binding)});`,
      "flow.ts": valueFlow(
        `import native from "native";\nimport direct from ${JSON.stringify(binding)};`,
        "[Object.keys(native).length > 0, Object.keys(direct).length > 0]",
      ),
    });
    const run = await folder.run(["flow.ts", "run"]);
    expect((await run.values("only")).value).toEqual([true, true]);
  });

  it("is told what is wrong: a missing package, a missing export, a throwing file", async () => {
    const folder = await createFlowFolder({
      "missing.ts": valueFlow(`import x from "not-installed";`, "x"),
      "node_modules/esm-only/package.json": packageJson({ type: "module", exports: "./lib.js" }),
      "node_modules/esm-only/lib.js": "export const kind = 1;",
      "no-export.ts": valueFlow(`import { knd } from "esm-only";`, "knd"),
      "lib/throws.ts": "export const n: number = 1;\n\nthrow new RangeError('at the top');\n",
      "throwing.ts": valueFlow(`import { n } from "./lib/throws.js";`, "n"),
    });
    const missing = await folder.cli(["missing.ts", "run"]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/not-installed[\s\S]*missing\.ts:2:\d+/);
    const noExport = await folder.cli(["no-export.ts", "run"]);
    expect(noExport.code).toBe(2);
    expect(noExport.stderr).toMatch(/'knd'/);
    const throwing = await folder.cli(["throwing.ts", "run"]);
    expect(throwing.code).toBe(2);
    expect(throwing.stderr).toContain("RangeError: at the top");
    expect(throwing.stderr).toContain("lib/throws.ts:3:7");
  });
});

describe("decorators", () => {
  it("are standard ones, whatever the project's tsconfig says", async () => {
    const folder = await createFlowFolder({
      "tsconfig.json": `{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }`,
      "flow.ts": valueFlow("", "1"),
    });
    const run = await folder.run(["flow.ts", "run"]);
    expect(await run.values("only")).toEqual({ value: 1 });
  });

  it("that another compiler lowered the legacy way are refused, with the setting's name", async () => {
    const folder = await createFlowFolder({
      "flow.mjs": `import { FlowSpec, step } from "@metaflow-ts/core";
export default class LegacyFlow extends FlowSpec { only() {} }
step(LegacyFlow.prototype, "only", Object.getOwnPropertyDescriptor(LegacyFlow.prototype, "only"));`,
    });
    const { code, stderr } = await folder.cli(["flow.mjs", "run"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/MF_FLOW_DECORATOR_LEGACY[\s\S]*experimentalDecorators/);
  });
});

/** A native binding that some development dependency brought, as every system has some. */
async function findBinding(): Promise<string | undefined> {
  const shared = resolve(import.meta.dirname, "../../../../node_modules/.pnpm/node_modules");
  for (const scope of ["@rolldown", "@oxc-resolver", "@rollup"]) {
    for (const name of await readdir(join(shared, scope)).catch(() => [])) {
      const files = await readdir(join(shared, scope, name)).catch(() => []);
      const found = files.find((file) => file.endsWith(".node"));
      if (found !== undefined) return join(shared, scope, name, found);
    }
  }
  return undefined;
}
