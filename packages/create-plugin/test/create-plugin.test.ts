/** What `npm create @metaflow-ts/plugin` makes works: it installs, passes its own tests, is packed, and is used. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";

const here = resolve(import.meta.dirname, "..");
const core = resolve(here, "../core");
const bin = join(here, "dist/bin.js");
const kinds = await readdir(join(here, "template/kinds"));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function execute(folder: string, program: string, ...words: string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: "1", CI: "1" };
  return promisify(execFile)(program, words, { cwd: folder, env }).then(
    (printed) => ({ code: 0, ...printed }),
    (error: Ended) => error,
  );
}

const create = (folder: string, ...words: string[]) => execute(folder, process.execPath, bin, ...words);
const makeFolder = () => mkdtemp(join(tmpdir(), "create-plugin-"));

async function pack(source: string, folder: string): Promise<string> {
  const { stdout } = await execute(source, "npm", "pack", "--silent", "--pack-destination", folder);
  return join(folder, stdout.trim().split("\n").at(-1) ?? "");
}

describe("the command", () => {
  it("says what it needs", async () => {
    const folder = await makeFolder();
    expect(await create(folder)).toMatchObject({ code: 2, stderr: expect.stringContaining("name is missing") });
    expect(await create(folder, "x")).toMatchObject({ code: 2, stderr: expect.stringContaining("--kind") });
    const unknown = await create(folder, "x", "--kind", "nonsense");
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("There is no kind 'nonsense'") });
    expect((await create(folder, "Not A Name", "--kind", "decorator")).stderr).toContain("no name of an npm package");
    expect((await create(folder, "--help")).stdout).toContain("serializer");
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses names that are words of the language", async () => {
    const folder = await makeFolder();
    for (const word of ["default", "class", "new", "await", "v"]) {
      const refused = await create(folder, `metaflow-${word}`, "--kind", "decorator");
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(`cannot be called '${word}'`) });
    }
    expect(await readdir(folder)).toEqual([]);
    expect(await create(folder, "metaflow-class", "--kind", "backend")).toMatchObject({ code: 0 });
  });

  it("refuses every name that core has of the kind, and no others", async () => {
    const folder = await makeFolder();
    const metaflow = (...words: string[]) => execute(folder, process.execPath, join(core, "dist/bin.js"), ...words);
    const { stdout } = await metaflow("plugins", "--json");
    const { provides } = JSON.parse(stdout.split("\n")[0] ?? "") as {
      readonly provides: Readonly<Record<string, readonly { readonly name: string }[]>>;
    };
    const help = (await metaflow("--help")).stdout;
    const commands = [...help.matchAll(/^ {2}([a-z-]+) {2}/gm)].map(([, name = ""]) => ({ name }));
    expect(commands.length).toBeGreaterThan(15);
    const refusals = await Promise.all(
      kinds.map(async (kind) => {
        const { list } = JSON.parse(await readFile(join(here, "template/kinds", kind, "kind.json"), "utf8")) as {
          readonly list: string;
        };
        // A short name has no underscores.
        const names = (list === "commands" ? commands : (provides[list] ?? [])).filter(
          ({ name }) => !name.includes("_"),
        );
        return Promise.all(
          names.map(async ({ name }) => {
            const { stderr } = await create(folder, `metaflow-${name}`, "--kind", kind);
            return stderr.includes(`Metaflow itself has a ${kind} '${name}'`) ? [] : [`${kind} ${name}: ${stderr}`];
          }),
        );
      }),
    );
    expect(refusals.flat(2)).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(await create(folder, "metaflow-run", "--kind", "backend")).toMatchObject({ code: 0 });
  });

  it("leaves what is there alone", async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, "README.md"), "mine");
    expect(await create(folder, "metaflow-x", "-k", "decorator", "-d", ".")).toMatchObject({ code: 0 });
    expect(await readFile(join(folder, "README.md"), "utf8")).toBe("mine");
    const again = await create(folder, "metaflow-x", "-k", "decorator", "-d", ".");
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("is not empty") });
  });

  it.each(kinds)("makes a plugin that is a %s alone, with its own names", async (kind) => {
    const folder = await makeFolder();
    expect(await create(folder, "@acme/metaflow-big-store", "--kind", kind)).toMatchObject({ code: 0 });
    const files = await readdir(join(folder, "metaflow-big-store"), { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      expect(path.slice(folder.length)).not.toMatch(/acme-?name/i);
      expect(await readFile(path, "utf8")).not.toMatch(/acme-?name/i);
    }
  });
});

describe("a plugin of every kind", () => {
  let plugin: string;
  let corePackage: string;
  let pluginPackage: string;
  beforeAll(async () => {
    const folder = await makeFolder();
    corePackage = await pack(core, folder);
    const words = kinds.flatMap((kind) => ["--kind", kind]);
    const created = await create(folder, "metaflow-big-store", ...words, "--core", `file:${corePackage}`);
    expect(created).toMatchObject({ code: 0 });
    plugin = join(folder, "metaflow-big-store");
    // Until core is published the range of the peer cannot be met by what the registry has.
    const installed = await execute(plugin, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline");
    expect(installed, installed.stderr).toMatchObject({ code: 0 });
  }, 240_000);

  it("passes its own tests and type checks", { timeout: 600_000 }, async () => {
    const tested = await execute(plugin, "npm", "test");
    expect(tested, tested.stdout + tested.stderr).toMatchObject({ code: 0 });
    const checked = await execute(plugin, "npm", "run", "types");
    expect(checked, checked.stdout).toMatchObject({ code: 0 });
  });

  it("is seen whole by `metaflow plugins`", async () => {
    const listed = await execute(plugin, "npx", "metaflow", "plugins", "--json");
    const lines = listed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { package: string });
    expect(lines.find((line) => line.package === "metaflow-big-store")).toMatchObject({ problems: [] });
  });

  it.each([
    ["npm", ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"]],
    ["pnpm", ["npx", "-y", "pnpm@12", "add", "--prefer-offline", "--ignore-scripts"]],
  ])(
    "works in another project, installed with %s from its tarball",
    { timeout: 240_000 },
    async (_, [program = "", ...words]) => {
      const project = await makeFolder();
      pluginPackage = await pack(plugin, project);
      await writeFile(
        join(project, "package.json"),
        JSON.stringify({ name: "project", private: true, type: "module" }),
      );
      const installed = await execute(project, program, ...words, corePackage, pluginPackage);
      expect(installed, installed.stderr).toMatchObject({ code: 0 });
      await writeFile(join(project, "flow.ts"), FLOW);
      // Its types reach those who use it, fields of `current` too.
      const options = {
        module: "nodenext",
        target: "es2024",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: [],
      };
      await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["flow.ts"] }));
      const checked = await execute(project, process.execPath, join(plugin, "node_modules/typescript/bin/tsc"));
      expect(checked, checked.stdout).toMatchObject({ code: 0 });
      const bin = join(project, "node_modules/@metaflow-ts/core/dist/bin.js");
      const metaflow = (...rest: string[]) => execute(project, process.execPath, bin, ...rest);
      const ran = await metaflow("flow.ts", "run", "--with", "big-store");
      expect(ran, ran.stderr).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/start took.*kept 20.5 °C true/s),
      });

      // The same run elsewhere, from nothing but the stored code package.
      const store = ["--datastore-root", await makeFolder()];
      const { stdout: id } = await metaflow("flow.ts", "init", "--with", "big-store", ...store);
      const run = `UsingFlow/${id.trim()}`;
      const place = await makeFolder();
      const asked = await metaflow("bootstrap", run, place, "--json", ...store, "--", "WORDS");
      const { command } = JSON.parse(asked.stdout) as { readonly command: readonly string[] };
      await rename(project, `${project}-gone`);
      const elsewhere = ([program, ...before]: readonly string[], task: string) => {
        const words = before.flatMap((word) => (word === "WORDS" ? ["step", `${run}/${task}`, ...store] : [word]));
        return execute(place, program === "node" ? process.execPath : (program ?? ""), ...words);
      };
      const start = await elsewhere(command, "start/0");
      expect(start, start.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("start took") });
      const end = await elsewhere(command, "end/0");
      expect(end, end.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining("kept 20.5 °C true") });
    },
  );
});

const FLOW = `import { current, FlowSpec, step } from "@metaflow-ts/core";
import { BigStoreValue, bigStore, bigStoreFlow } from "metaflow-big-store";

@bigStoreFlow({ owner: "growth" })
export default class UsingFlow extends FlowSpec {
  kept!: BigStoreValue;
  @bigStore
  @step start() {
    if (current.owner.length !== 6) throw new Error(current.owner);
    this.kept = new BigStoreValue(20.5, "°C");
    this.next(this.end);
  }
  @step end() { console.log("kept", this.kept.amount, this.kept.unit, this.kept instanceof BigStoreValue); }
}
`;
