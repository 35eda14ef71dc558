/** A package that brings its own copy of core, of another version, beside the project's: npm nests it. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir } from "../support/cli.js";
import { createOutsideProject, type OutsideProject, pack, writeFiles } from "./outside-plugin.js";

const execute = promisify(execFile);
const core = resolve(import.meta.dirname, "../..");
const version = (JSON.parse(await readFile(join(core, "package.json"), "utf8")) as { version: string }).version;

/** Core as another version of it; `change` alters its code. */
async function otherCore(number: string, change: (code: string) => string = (code) => code): Promise<string> {
  const folder = await makeTempDir();
  await execute("tar", ["-xzf", await pack(core, folder), "-C", folder]);
  const manifest = JSON.parse(await readFile(join(folder, "package/package.json"), "utf8")) as object;
  await writeFiles(folder, { "package/package.json": { ...manifest, version: number } });
  for (const name of await readdir(join(folder, "package/dist"))) {
    if (!name.endsWith(".js")) continue;
    const file = join(folder, "package/dist", name);
    await writeFile(file, change(await readFile(file, "utf8")));
  }
  return pack(join(folder, "package"), await mkdtemp(join(folder, "packed-")));
}

/** A plugin that depends on the copy, and makes of it everything that a flow can take from another package. */
async function writePlugin(tarball: string, contract: number): Promise<string> {
  const folder = await makeTempDir();
  await writeFiles(folder, {
    "package.json": {
      name: "metaflow-nested",
      version: "1.0.0",
      type: "module",
      exports: "./index.js",
      dependencies: { "@metaflow-ts/core": `file:${tarball}` },
      metaflow: { contract: 1, decorators: ["shout"] },
    },
    "index.js": `
import { createRequire } from "node:module";
import { current, FlowSpec, MetaflowError, stepDecorator } from "@metaflow-ts/core";
import { defineFlowMutator, definePlugin, defineStepDecorator } from "@metaflow-ts/core/plugin";
const options = { "~standard": { version: 1, vendor: "nested", validate: (value) => ({ value }) } };
const ownVersion = createRequire(import.meta.url)("@metaflow-ts/core/package.json").version;
export class Base extends FlowSpec {
  helped() { return "helped"; }
}
export const shout = defineStepDecorator({
  name: "shout", contract: ${contract}, options,
  async wrap(_, task, proceed) {
    task.setCurrent({ shouted: true });
    await proceed();
    task.instance.seen = [ownVersion, current.stepName, current.shouted, current.parameterNames.join()].join(" ");
  },
});
export const around = stepDecorator(async function* around({ instance }) {
  try { yield; } catch (error) { instance.caught = error.code ?? String(error); }
});
export const failing = stepDecorator(async function* failing() { throw new MetaflowError("NESTED_NO", "no"); });
export const mutating = defineFlowMutator({
  name: "mutating", contract: ${contract}, options, adds: [around],
  preMutate(_, flow) { flow.addParameter("beta", { default: 3 }); flow.step("end").addDecorator(around); },
});
export default definePlugin({ name: "metaflow-nested", decorators: [shout.definition] });
`,
  });
  return folder;
}

const FLOW = `import { current, FlowSpec, step, parameter, type Inputs } from "@metaflow-ts/core";
import { around, Base, failing, mutating, shout } from "metaflow-nested";

@mutating
export default class TwoFlow extends Base {
  @parameter() alpha = 2;
  seen!: string;
  caught!: string;
  total!: string;
  @shout @step start() { this.total = this.helped() + (this.alpha + this.beta); this.next(this.left, this.right); }
  @around @step left() { if (this.total !== "") throw new Error("step"); this.next(this.join); }
  @step right() { this.next(this.join); }
  @step join(inputs: Inputs<TwoFlow>) { this.mergeArtifacts(inputs, { exclude: ["seen"] }); this.next(this.end); }
  @step end() { console.log([this.seen, this.total, this.caught, (current as { shouted?: boolean }).shouted].join("|")); throw new Error("last"); }
}
`;

async function projectWith(tarball: string, contract = 1): Promise<OutsideProject> {
  const project = await createOutsideProject("npm", [await writePlugin(tarball, contract)]);
  await writeFiles(project.folder, { "flow.ts": FLOW });
  return project;
}

const nested = "node_modules/metaflow-nested/node_modules/@metaflow-ts/core";

describe("of the same contract", () => {
  let project: OutsideProject;
  beforeAll(async () => {
    project = await projectWith(await otherCore("9.9.9"));
    const { version: found } = JSON.parse(await readFile(join(project.folder, nested, "package.json"), "utf8"));
    expect(found).toBe("9.9.9");
  });

  it.each([
    ["the project's", "node_modules/@metaflow-ts/core", "pool"],
    ["the project's", "node_modules/@metaflow-ts/core", "process"],
    ["the nested", nested, "pool"],
  ])("works where the command is that of %s copy (%s, %s)", async (_, copy, isolation) => {
    const bin = join(project.folder, copy, "dist/bin.js");
    const env = { PATH: process.env.PATH, METAFLOW_HOME: join(project.folder, "no-home"), METAFLOW_USER: "ada" };
    const words = [bin, "flow.ts", "run", "--beta", "5", "--isolation", isolation, "--with", "shout"];
    const { stdout } = await execute(process.execPath, words, { cwd: project.folder, env });
    expect(stdout).toContain("9.9.9 join true alpha,beta|helped7|Error: step|true");
  });

  it("tells errors of the other copy by their codes", async () => {
    await writeFiles(project.folder, { "fails.ts": FLOW.replace("@shout @step", "@failing @step") });
    const { stdout } = await project.metaflow("fails.ts", "run", "--json");
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "").failure.error).toMatchObject({
      message: "Decorator 'failing' of step 'start' failed in its wrap: no",
      cause: { code: "NESTED_NO" },
    });
  });
});

it("of another contract, is one error that names both, with their versions and places", async () => {
  const newer = (code: string): string =>
    code
      .replaceAll("contract !== 1", "contract !== 2")
      .replaceAll("contract: 1", "contract: 2")
      .replace("CONTRACT = 1", "CONTRACT = 2");
  const project = await projectWith(await otherCore("10.0.0", newer), 2);
  const { code, stderr } = await project.metaflow("flow.ts", "check");
  expect(code).not.toBe(0);
  expect(stderr).toContain("MF_CORE_COPIES_DIFFER");
  expect(stderr).toContain(`10.0.0 in ${join(project.folder, nested)} (contract 2)`);
  expect(stderr).toContain(`${version} in ${join(project.folder, "node_modules/@metaflow-ts/core")} (contract 1)`);
});
