/** `@secrets` and `getSecret` as a flow's author meets them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FlowFolder, flowFolder, valuesOf } from "./flow-folder.js";

const flow = (
  start: string,
  more: { readonly top?: string; readonly decorators?: string; readonly end?: string } = {},
) => `
import { getSecret } from "@metaflow-ts/core";
${more.top ?? ""}
export default class TestFlow extends FlowSpec {
  left!: unknown; failure!: CaughtError | null; items!: unknown[];
  ${more.decorators ?? '@secrets({ sources: ["env-file.a.env"] })'}
  @step async start() { ${start}; this.next(this.end); }
  @step async end() { ${more.end ?? ""} }
}`;

async function folderOf(source: string, files: Readonly<Record<string, string>> = {}): Promise<FlowFolder> {
  const folder = await flowFolder(source);
  const all = { "a.env": 'TOKEN="hunter two"\nSPARE=spare-value\n', "b.env": "TOKEN=other-token\n", ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder.path, name), text);
  return folder;
}

describe("the variables", () => {
  it("are there for the step's code, its top level included, and for nobody else", async () => {
    const source = flow("this.left = [process.env.TOKEN?.length, early, process.env.SPARE?.length]", {
      top: "const early = process.env.TOKEN?.length ?? null;",
      end: "this.left = [...(this.left as unknown[]), process.env.TOKEN ?? null, early];",
    });
    for (const words of [
      ["--max-workers", "1"],
      ["--isolation", "process"],
    ]) {
      const { code, stderr, run } = await (await folderOf(source)).run(...words);
      expect(code, stderr).toBe(0);
      expect(await valuesOf(await run.step("end").then((step) => step.task()))).toEqual({
        left: [10, 10, 11, null, null],
      });
    }
  });

  it("come from all sources: two files, the default type, the environment of the flow", async () => {
    const folder = await folderOf(
      flow("this.left = Object.keys(process.env).filter((name) => /^S_/.test(name)).sort()", {
        decorators: `@environment({ vars: { METAFLOW_DEFAULT_SECRETS_BACKEND_TYPE: "env-file" } })
        @secrets({ sources: [{ id: "c.env" }, { type: "env-file", id: "d.env", options: { only: ["S_D"] } },
          { type: "inline", options: { envVars: { S_HOME: process.env.HOME } } }] })`,
      }),
      { "c.env": "S_C=value of c\n", "d.env": "S_D=value of d\nS_E=value of e\n" },
    );
    const { code, stderr, run } = await folder.run();
    expect(code, stderr).toBe(0);
    expect(await valuesOf(await run.step("start").then((step) => step.task()))).toEqual({
      left: ["S_C", "S_D", "S_HOME"],
    });
    const graph = await run.graph();
    expect(JSON.stringify(graph.steps.start?.decorators)).toContain(`"envVars":{"S_HOME":"***"}`);
  });

  it("take the place of others only where that is allowed", async () => {
    const decorators = (more: string) =>
      `@environment({ vars: { TOKEN: "plain" } }) @secrets({ sources: ["env-file.a.env"]${more} })`;
    const allowed = flow("this.left = process.env.TOKEN?.length", { decorators: decorators(", allowOverride: true") });
    const { code, run } = await (await folderOf(allowed)).run();
    expect(code).toBe(0);
    expect(await valuesOf(await run.step("start").then((step) => step.task()))).toEqual({ left: 10 });
    const refused = await (await folderOf(flow("", { decorators: decorators("") }))).run();
    expect(refused.stderr + refused.stdout).toContain(
      "Secret 'env-file.a.env' will inject 'TOKEN' as env var, but it already exists in env.",
    );
  });

  it("are attached from the command line, where their values do not stand there", async () => {
    const source = flow("this.left = process.env.TOKEN?.length", { decorators: "" });
    const folder = await folderOf(source);
    const { code, stderr, run } = await folder.run("--with", 'secrets:sources=["env-file.a.env"],allowOverride=true');
    expect(code, stderr).toBe(0);
    expect(await valuesOf(await run.step("start").then((step) => step.task()))).toEqual({ left: 10 });
    const inline = '[{"type":"inline","options":{"envVars":{"T":"typed-in"}}}]';
    const refused = await folder.metaflow("run", "--with", `secrets:sources=${inline}`);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("MF_DECORATOR_OPTIONS_SECRET")]);
  });
});

describe("what is wrong with secrets fails the attempt", () => {
  const failing: readonly (readonly [string, string, string])[] = [
    [
      "MF_SECRET_ABSENT",
      `["env-file.x.env"]`,
      "Failed to retrieve secret 'x.env' of type 'env-file': there is no file x.env",
    ],
    [
      "MF_SECRET_ABSENT",
      `[{ type: "inline", options: { envVars: { T: undefined } } }]`,
      "the value of 'T' is undefined",
    ],
    ["MF_SECRET_BROKEN", `["env-file.node_modules"]`, "Failed to retrieve secret 'node_modules' of type 'env-file'"],
    ["MF_SECRET_TYPE_MISSING", `["only-an-id"]`, "no default secrets backend type is configured"],
    [
      "MF_SECRET_TYPE_UNKNOWN",
      `["vault.x"]`,
      "There are no secrets of type 'vault'. These types are there: inline, env-file.",
    ],
    [
      "MF_SECRET_OPTIONS_INVALID",
      `[{ type: "env-file", options: { from: 1 } }]`,
      "from: there is no such option; there are only",
    ],
    ["MF_SECRET_SOURCE_INVALID", `[" "]`, "it is empty"],
    [
      "MF_SECRETS_VARIABLE_TWICE",
      `["env-file.a.env", "env-file.b.env"]`,
      "Both secret 'env-file.a.env' and secret 'env-file.b.env' have a variable 'TOKEN'.",
    ],
    ["MF_SECRETS_VARIABLE_NAME", `["env-file.prefix.env"]`, "names that begin with METAFLOW_ are Metaflow's own"],
    [
      "MF_SECRETS_VARIABLE_NAME",
      `[{ type: "inline", options: { envVars: { "A-B": ["a val", "ue"].join("") } } }]`,
      "letters, digits and _",
    ],
  ];
  it.concurrent.each(failing)("%s for %s", async (code, sources, message) => {
    const source = flow("", { decorators: `@secrets({ sources: ${sources} })` });
    const { run } = await (await folderOf(source, { "prefix.env": "METAFLOW_USER=somebody-else\n" })).run();
    const failed = await run.failedTasks().all();
    const [task] = failed;
    const cause = task?.error?.cause;
    expect([cause?.code, cause?.message]).toEqual([code, expect.stringContaining(message)]);
    expect(task?.error).toMatchObject({ code: "MF_DECORATOR_FAILED" });
  });

  it.each([
    [`{ sources: [] }`, "sources: must be a list of sources"],
    [`{ sources: "env-file.a.env" as never }`, "sources: must be a list of sources"],
    [`{ sources: [{ typ: "inline" } as never] }`, "sources"],
    [`{ sources: ["x"], override: true } as never`, "override: there is no such option"],
  ])("%s is refused before anything runs", async (options, message) => {
    const { code, stderr } = await (await folderOf(flow("", { decorators: `@secrets(${options})` }))).metaflow("check");
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("a secret that stands in the code", () => {
  const inline = (value: string) =>
    `@secrets({ sources: [{ type: "inline", options: { envVars: { T: ${value} } } }] })`;

  it.each([
    ["as a literal", inline(`"literal-secret"`), ""],
    ["short, in quotes", inline(`"s3cr"`), ""],
    ["elsewhere in the file", inline("kept.at"), `const kept = { at: \`literal-secret\` };`],
  ])("%s is refused when the flow is loaded", async (_, decorators, top) => {
    const folder = await folderOf(flow("", { decorators, top }));
    for (const command of ["check", "run"]) {
      const { code, stderr } = await folder.metaflow(command);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/MF_SECRET_IN_CODE.*'T'.*'start'/)]);
      expect(stderr).toMatch(/flow\.ts:\d+:\d+/);
      expect(stderr).not.toMatch(/literal-secret|s3cr"/);
    }
  });

  it("is none where it comes from the environment, or is part of another word", async () => {
    const folder = await folderOf(flow("", { decorators: inline(`["asy", "nc"].join("")`) }));
    expect(await folder.metaflow("check")).toMatchObject({ code: 0 });
  });
});

describe("an artifact that holds a secret", () => {
  it.concurrent.each([
    [
      "text",
      "this.left = 'Bearer ' + process.env.TOKEN",
      "'left' cannot be stored: it holds the value of secret 'TOKEN'",
    ],
    [
      "deep inside",
      "this.left = { list: [1, new Map([['k', { at: process.env.TOKEN }]])] }",
      `'left.list[1].get("k").at'`,
    ],
    ["in base64", "this.left = { auth: btoa('user:' + process.env.TOKEN) }", "'left.auth'"],
    ["a buffer", "this.left = Buffer.from('---' + process.env.TOKEN + '---')", "'left'"],
    [
      "large",
      "this.left = { filler: 'x'.repeat(9_000_000), text: 'y'.repeat(5000) + process.env.TOKEN }",
      "'left.text'",
    ],
    ["an error", "this.left = new Error(process.env.TOKEN)", "'left"],
    [
      "in its name",
      "(this as any)['x' + process.env.SPARE] = 1",
      "'x***' cannot be stored: it holds the value of secret 'SPARE'",
    ],
    ["read by getSecret", "this.left = (await getSecret('env-file.b.env')).TOKEN", "'left'"],
  ])("%s is refused, and nothing of it stored", async (_, code, message) => {
    const result = await (await folderOf(flow(code))).run("--json");
    const [task] = await result.run.failedTasks().all();
    expect(task?.error).toMatchObject({ code: "MF_SECRET_IN_ARTIFACT", message: expect.stringContaining(message) });
    expect(task?.artifacts().map(({ name }) => name)).toEqual([]);
    expect(result.stdout + result.stderr).not.toMatch(/hunter two|spare-value|other-token/);
  });

  it("is refused in a step that does not know it, too", async () => {
    const { run } = await (await folderOf(flow("", { end: "this.left = 'hunter two';" }))).run("--max-workers", "1");
    expect((await run.failedTasks().all())[0]?.error?.code).toBe("MF_SECRET_IN_ARTIFACT");
  });

  it("cannot be the item of a foreach", async () => {
    const source = `export default class TestFlow extends FlowSpec {
      @secrets({ sources: ["env-file.a.env"] })
      @step start() { const items = ["a", process.env.TOKEN ?? ""]; this.items = ["a"]; this.next(this.each, { foreach: items as string[] }); }
      items!: string[];
      @step each(item: string) { this.next(this.join); }
      @step join(inputs: Inputs<TestFlow>) { this.next(this.end); }
      @step end() {}
    }`
      .replace("foreach: items as string[]", "foreach: this.items")
      .replace(`this.items = ["a"];`, "this.items = items;");
    const { run } = await (await folderOf(source)).run();
    expect((await run.failedTasks().all())[0]?.error?.code).toBe("MF_SECRET_IN_ARTIFACT");
  });
});

it("a short value is not masked, and a warning says so", async () => {
  const source = flow("console.log('value', process.env.FLAG, process.env.PIN)", {
    decorators: `@secrets({ sources: ["env-file.s.env"] })`,
  });
  const { run } = await (await folderOf(source, { "s.env": "FLAG=true\nPIN=1234\n" })).run();
  const task = await run.step("start").then((step) => step.task());
  expect(await task.logs.stdout()).toBe("value true ***\n");
  expect(await task.logs.stderr()).toBe(
    "Warning: The value of secret 'FLAG' is too short, or too common a word, to be kept out of what is written.\n",
  );
});

it("the error that catchError stores is masked", async () => {
  const source = flow(
    "throw new TypeError('no ' + process.env.TOKEN, { cause: new Error('deep ' + process.env.TOKEN) })",
    {
      decorators: `@catchError({ var: "failure" }) @secrets({ sources: ["env-file.a.env"] })`,
    },
  );
  const { code, run } = await (await folderOf(source)).run();
  expect(code).toBe(0);
  const values = await valuesOf(await run.step("start").then((step) => step.task()));
  expect(values.failure).toMatchObject({ message: "no ***", cause: { message: "deep ***" } });
});

it("a provider of the project's config is found by its name, in the step and by getSecret", async () => {
  const source = flow("this.left = [process.env.FROM_VAULT?.length, (await getSecret('vault.b')).FROM_VAULT?.length]", {
    decorators: `@secrets({ sources: [{ type: "vault", id: "long" }], role: "reader" })`,
  });
  const config = `import { defineConfig } from "@metaflow-ts/core/plugin";
  const options = { "~standard": { version: 1 as const, vendor: "x", validate: (value: unknown) => ({ value }) } };
  export default defineConfig({ secrets: [{ name: "vault", contract: 1, options,
    resolve: async ({ id, role, task, environment }) => ({ FROM_VAULT: [id, role, task?.step, environment.HOME !== undefined].join("|") }),
  }] });`;
  const { code, stderr, run } = await (await folderOf(source, { "metaflow.config.ts": config })).run();
  expect(code, stderr).toBe(0);
  const values = await valuesOf(await run.step("start").then((step) => step.task()));
  expect(values.left).toEqual(["long|reader|start|true".length, "b||start|true".length]);
});
