import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Plugin } from "vite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { metaflow } from "../src/public/vite.js";

const core = join(import.meta.dirname, "..");
const files = {
  "package.json": '{ "type": "module" }',
  // Options that would break a flow, were they obeyed.
  "tsconfig.json": '{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }',
  "vitest.config.ts": `import { metaflow } from "${core}/src/public/vite.ts";
export default { plugins: [metaflow()], test: { include: ["*.test.ts"] } };
`,
  "hello-flow.ts": `import { FlowSpec } from "${core}/src/flow/flow-spec.js";
import { step } from "${core}/src/flow/step.js";
import { parameter } from "${core}/src/params/parameter.js";
import { Greeting } from "./greeting.js";

interface Shape {
  name: string;
}

export default class HelloFlow extends FlowSpec {
  static instances: HelloFlow[] = [];
  @parameter({ help: "Whom to greet" }) readonly name = "you";
  declared!: Greeting;
  @step start() { HelloFlow.instances.push(this); this.next(this.end); }
  @step end(): void {
    throw new Error("line 16");
  }
}
`,
  "greeting.ts": "export interface Greeting { text: string }\n",
  "hello-flow.test.ts": `import { expect, test } from "vitest";
import { defineFlow } from "${core}/src/flow/define-flow.js";
import HelloFlow from "./hello-flow.js";

test("a flow can be imported", () => {
  const flow = defineFlow(HelloFlow);
  expect(flow.name).toBe("HelloFlow");
  expect(Object.keys(flow.steps)).toEqual(["start", "end"]);
  expect(flow.parameters.name).toMatchObject({ kind: "string", default: "you" });
  expect(flow.fields).toEqual({ name: "you", declared: undefined });
});

test("errors point to the TypeScript line", () => {
  try {
    new HelloFlow().end();
  } catch (error) {
    expect(error.stack).toMatch(/hello-flow\\.ts:16:11/);
    return;
  }
  expect.unreachable();
});
`,
};

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "vite-plugin-"));
  await mkdir(join(project, "node_modules"));
  await symlink(join(core, "node_modules/vitest"), join(project, "node_modules/vitest"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);
});

afterEach(() => rm(project, { recursive: true, force: true }));

test("a Vitest project imports flows", async () => {
  const vitest = join(core, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--root", project, "--reporter", "verbose"];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { PATH: process.env.PATH, NO_COLOR: "1" },
  }).catch((error: { stdout: string; stderr: string }) => expect.fail(error.stdout + error.stderr));
  expect(stdout).toMatch(/Tests\s+2 passed/);
});

test("leaves files without decorators, and other people's, alone", async () => {
  const plugin: Plugin & ReturnType<typeof metaflow> = metaflow();
  expect(await plugin.transform("export const x: number = 1;", "/src/x.ts")).toBeNull();
  expect(await plugin.transform("/**\n * @example\n */\nexport const x = 1;", "/src/x.ts")).toBeNull();
  expect(await plugin.transform("class A { @step start() {} }", "/src/x.js")).toBeNull();
  expect(await plugin.transform("class A { @step start() {} }", "/node_modules/a/x.ts")).toBeNull();
  const result = await plugin.transform("class A { @step start() {} }", "/src/x.ts?v=1");
  expect(result?.code).not.toContain("@step");
  expect(JSON.parse(result?.map ?? "").sources).toEqual(["/src/x.ts"]);
});
