/** Secrets of one step in the places of another: its artifacts, regions, exit hooks, tags, options of other decorators. */
import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { type FlowFolder, flowFolder, IMPORTS, valuesOf } from "./flow-folder.js";

const TOKEN = "ci-t0ken-abcdef99";
const inline = `@secrets({ sources: [{ type: "inline", options: { envVars: { API: process.env.CI_TOKEN } } }] })`;
const fromFile = `@secrets({ sources: ["env-file.a.env"] })`;

interface Parts {
  readonly top?: string;
  /** Decorators of `start`. */
  readonly decorators?: string;
  readonly start?: string;
  readonly between?: string;
  readonly end?: string;
}

const flow = ({ top = "", decorators = inline, start = "", between = "", end = "" }: Parts) => `
${top}
export default class TestFlow extends FlowSpec {
  left!: unknown;
  ${decorators} @step start() { ${start}; this.next(this.end); }
  ${between} @step end() { ${end} }
}`;

async function folderOf(source: string, environment: Readonly<Record<string, string>> = { CI_TOKEN: TOKEN }) {
  const folder = await flowFolder(source, IMPORTS.replace("secrets,", "secrets, exitHook,"), environment);
  await writeFile(join(folder.path, "a.env"), `KEPT=${TOKEN}\n`);
  return folder;
}

/** Stored files that hold the token. */
async function leaksIn({ path }: FlowFolder): Promise<readonly string[]> {
  const root = join(path, ".metaflow");
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  expect(files.length).toBeGreaterThan(3);
  const texts = await Promise.all(files.map(async (file) => [relative(root, file), await readFile(file)] as const));
  return texts.filter(([, bytes]) => bytes.includes(TOKEN)).map(([file]) => file);
}

describe("an artifact of a step without secrets", () => {
  it.each([["--max-workers 1"], ["--max-workers 4"]])("holds none that a global variable kept: %s", async (words) => {
    const start = "(globalThis as any).__kept = process.env.KEPT";
    const end = "this.left = (globalThis as any).__kept";
    const folder = await folderOf(flow({ decorators: fromFile, start, end }));
    const { run } = await folder.run(...words.split(" "));
    const [failed] = await run.failedTasks().all();
    expect(failed?.error).toMatchObject({ code: "MF_SECRET_IN_ARTIFACT", message: expect.stringContaining("'KEPT'") });
    expect(await leaksIn(folder)).toEqual([]);
  });

  it("holds none that another process of the run learnt", async () => {
    // `join` gets the process that became idle last, which is not the one that learnt.
    const source = `import { readFileSync } from "node:fs";
    import { getSecret } from "@metaflow-ts/core";
    export default class TestFlow extends FlowSpec {
      items = ["knows", "waits"]; left!: unknown;
      @step start() { this.next(this.each, { foreach: this.items }); }
      @step async each(item: string) {
        if (item === "knows") await getSecret("env-file.a.env");
        else await new Promise((done) => setTimeout(done, 2000));
        this.next(this.join);
      }
      @step join(inputs: Inputs<TestFlow>) { this.left = readFileSync("a.env", "utf8"); this.next(this.end); }
      @step end() {}
    }`;
    const folder = await folderOf(source);
    const { run } = await folder.run("--max-workers", "2");
    expect((await run.failedTasks().all())[0]?.error?.code).toBe("MF_SECRET_IN_ARTIFACT");
    expect(await leaksIn(folder)).toEqual([]);
  });

  it.each([["--isolation process"], ["--max-workers 2"]])("holds none of the environment: %s", async (words) => {
    const folder = await folderOf(flow({ end: "console.log(process.env.CI_TOKEN); this.left = process.env.CI_TOKEN" }));
    const { stdout, run } = await folder.run(...words.split(" "));
    expect((await run.failedTasks().all())[0]?.error?.code).toBe("MF_SECRET_IN_ARTIFACT");
    expect(stdout).not.toContain(TOKEN);
    expect(await leaksIn(folder)).toEqual([]);
  });
});

it("a run without its own driver, region by region, knows what the source takes from the environment", async () => {
  const source = `export default class TestFlow extends FlowSpec {
    items = [1, 2];
    @step start() { this.next(this.each, { foreach: this.items }); }
    ${inline} @step each(item: number) { console.log(process.env.API); this.next(this.join); }
    @step join(inputs: Inputs<TestFlow>) {
      console.log("later", process.env.CI_TOKEN);
      if (process.env.BROKEN) throw new Error("broken " + process.env.CI_TOKEN);
      this.next(this.end);
    }
    @step end() {}
  }`;
  const folder = await folderOf(source);
  expect(await folder.metaflow("deploy", "--target", "shell", "--output", "out")).toMatchObject({ code: 0 });
  for (const [id, more] of [
    ["1", {}],
    ["2", { BROKEN: "1" }],
  ] as const) {
    const env = { PATH: process.env.PATH, METAFLOW_HOME: join(folder.path, "no-home"), CI_TOKEN: TOKEN, ...more };
    const { status, stdout, stderr } = spawnSync("sh", ["out/TestFlow.sh", id], { cwd: folder.path, env });
    const printed = `${stdout}${stderr}`;
    expect(status === 0, printed).toBe(id === "1");
    expect(printed).toContain("later ***");
    expect(printed).not.toContain(TOKEN);
  }
  expect(await leaksIn(folder)).toEqual([]);
});

it("exit hooks print none, in the run and where something else drove it", async () => {
  const top = `export function told() { console.log("hook", process.env.CI_TOKEN); throw new Error(process.env.CI_TOKEN); }
  @exitHook({ onSuccess: [told] })`;
  const folder = await folderOf(flow({ top }));
  const ran = await folder.run("--json");
  for (const { stdout, stderr } of [ran, await folder.command("exit-hooks", ran.run.pathspec)]) {
    expect(stdout + stderr).toContain("hook ***");
    expect(stdout + stderr).not.toContain(TOKEN);
  }
});

describe("where everybody can read it, a secret is refused before anything runs:", () => {
  it.each(["check", "show", "output-raw", "run"])("among other options, %s", async (command) => {
    const folder = await folderOf(flow({ between: "@environment({ vars: { COPY: process.env.CI_TOKEN! } })" }));
    const { code, stdout, stderr } = await folder.metaflow(command);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/MF_SECRET_IN_OPTIONS.*@environment of step 'end'.*'API'/),
    ]);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it("among the options of the flow", async () => {
    const top = "@exitHook({ onSuccess: [told], options: { to: process.env.CI_TOKEN } })";
    const folder = await folderOf(flow({ top: `export function told() {}\n${top}` }));
    const { code, stderr } = await folder.metaflow("check");
    expect([code, stderr]).toEqual([2, expect.stringContaining("@exitHook of flow 'TestFlow'")]);
  });

  it.each([TOKEN, Buffer.from(TOKEN).toString("base64")])("in the tag %s", async (text) => {
    const folder = await folderOf(flow({}));
    const { code, stdout, stderr } = await folder.metaflow("run", "--tag", "plain", "--tag", `build:${text}`);
    expect([code, stderr]).toEqual([2, expect.stringContaining("The tag 'build:***' holds the value of secret 'API'")]);
    expect(stdout + stderr).not.toContain(text);
  });
});

it("a provider of the config takes the place of core's of the same name", async () => {
  const end = "this.left = (await getSecret('env-file.whatever')).FOUND?.length";
  const folder = await folderOf(
    flow({
      top: `import { getSecret } from "@metaflow-ts/core";`,
      decorators: `@secrets({ sources: ["inline.x"] })`,
      end,
    }).replace("@step end", "@step async end"),
  );
  const config = `import { defineConfig } from "@metaflow-ts/core/plugin";
  const options = { "~standard": { version: 1 as const, vendor: "x", validate: (value: unknown) => ({ value }) } };
  const provider = (name: string) => ({ name, contract: 1 as const, options, resolve: async () => ({ FOUND: name + "-of-the-config" }) });
  export default defineConfig({ secrets: [provider("env-file"), provider("inline")] });`;
  await writeFile(join(folder.path, "metaflow.config.ts"), config);
  const { code, stderr, run } = await folder.run();
  expect(code, stderr).toBe(0);
  const values = await valuesOf(await run.step("end").then((step) => step.task()));
  expect(values.left).toBe("env-file-of-the-config".length);
});
