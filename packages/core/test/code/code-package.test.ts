/** Code packages as a person meets them: what comes along, how it is shown, what is refused. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { blobKey } from "../../src/datastore/key-layout.js";
import { createLocalDatastore } from "../../src/datastore/local-datastore.js";
import { createElsewhere } from "../../src/testing/places.js";
import { createFlowFolder, type FlowFolder, IMPORTS } from "../run/flow-run.js";
import { makeTempDir, runCli } from "../support/cli.js";

const FLOW = `${IMPORTS}
import { readFileSync } from "node:fs";
import { shout } from "../lib/shout.ts";
export default class NoteFlow extends FlowSpec {
  text!: string;
  @step start() {
    this.text = shout(readFileSync("note.txt", "utf8") + readFileSync(new URL("./note.txt", import.meta.url), "utf8"));
    this.next(this.end);
  }
  @step end() {
    if (process.env.FAIL) throw new TypeError("told to");
  }
}
`;

let folder: FlowFolder;
beforeAll(async () => {
  folder = await createFlowFolder({
    "package.json": '{"type":"module"}',
    "flows/note.ts": FLOW,
    "flows/note.txt": "a note",
    "lib/shout.ts": "export const shout = (text: string) => text.toUpperCase();",
  });
});

const metaflow = async (...words: string[]) => {
  const env = { METAFLOW_DATASTORE_ROOT: folder.store };
  const ended = await folder.cli(words, { cwd: join(folder.path, "flows"), env });
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
};
const json = async (...words: string[]) => JSON.parse((await metaflow(...words, "--json")).stdout);

describe("a code package", () => {
  it("is small for a small flow, and shares the runtime", async () => {
    const info = await json("note.ts", "package", "info");
    expect(info).toMatchObject({ steps: null, environment: "npm" });
    expect(info.size).toBeLessThan(50_000);
    const other = await createFlowFolder({
      "other.ts": `${IMPORTS}\nexport default class O extends FlowSpec { @step only() {} }`,
    });
    const { stdout } = await other.cli(["other.ts", "package", "info", "--json"]);
    expect(JSON.parse(stdout).runtime).toEqual(info.runtime);
    expect(JSON.parse(stdout).sha256).not.toBe(info.sha256);
  });

  it("has the files that were asked for, and is the same when they are only touched", async () => {
    const files = (await json("note.ts", "package", "list")).files as { path: string }[];
    expect(files.map(({ path }) => path).toSorted()).toEqual([
      "MANIFEST.json",
      "flow.mjs",
      "flow.mjs.map",
      "package.json",
    ]);
    const suffixed = ["note.ts", "package", "info", "--package-suffixes", ".txt"];
    const before = await json(...suffixed);
    expect(before.files).toBe(5);
    await writeFile(join(folder.path, "flows/note.txt"), "a note");
    expect(await json(...suffixed)).toEqual(before);
  });

  it("is stored by run --code-package and by init, once for the same code", async () => {
    await metaflow("note.ts", "run", "--code-package", "--package-suffixes", ".txt");
    const client = await folder.client();
    const run = await client.flow("NoteFlow").latestRun();
    await metaflow("note.ts", "init", "--run-id", "again", "--package-suffixes", ".txt");
    const again = await client.run("NoteFlow/again");
    expect(run.code.packages).toHaveLength(1);
    expect(again.code.packages).toEqual(run.code.packages);
    await metaflow("note.ts", "run");
    expect((await client.flow("NoteFlow").latestRun()).code.packages).toEqual([]);
  });

  it("is shown and extracted, by the command and the client", async () => {
    const target = await makeTempDir();
    expect((await json("code", "list", "NoteFlow/again")).files).toEqual(["flows/note.ts", "lib/shout.ts"]);
    await metaflow("code", "extract", "NoteFlow/again", join(target, "sources"));
    expect(await readFile(join(target, "sources/flows/note.ts"), "utf8")).toBe(FLOW);
    await metaflow("code", "extract", "NoteFlow/again", join(target, "package"), "--package");
    expect(await readFile(join(target, "package/files/flows/note.txt"), "utf8")).toBe("a note");
    const { code } = await (await folder.client()).run("NoteFlow/again");
    expect(await code.flowSource()).toBe(FLOW);
    expect(await code.info()).toMatchObject({ flow: "NoteFlow", entry: "files/flows/note.ts", installs: {} });
  });

  it("is never extracted over files that were changed, unless that is asked for", async () => {
    const target = await makeTempDir();
    const extract = (...more: string[]) =>
      folder.cli(["code", "extract", "NoteFlow/again", target, "--datastore-root", folder.store, ...more]);
    expect(await extract()).toMatchObject({ code: 0 });
    expect(await extract(), "the same again").toMatchObject({ code: 0 });
    const changed = join(target, "lib/shout.ts");
    await writeFile(changed, "// my own");
    const refused = await extract();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain("MF_EXTRACT_WOULD_OVERWRITE");
    expect(refused.stderr).toContain("lib/shout.ts");
    expect(refused.stderr).not.toContain("flows/note.ts");
    expect(await readFile(changed, "utf8")).toBe("// my own");
    expect(await extract("--force")).toMatchObject({ code: 0 });
    expect(await readFile(changed, "utf8")).toContain("toUpperCase");
  });

  it("says which file cannot be written", async () => {
    const blocked = join(await makeTempDir(), "file");
    await writeFile(blocked, "");
    const env = { METAFLOW_DATASTORE_ROOT: folder.store };
    for (const words of [
      ["flows/note.ts", "package", "save", "nowhere/code.tgz"],
      ["code", "extract", "NoteFlow/again", blocked],
    ]) {
      const { code, stderr } = await folder.cli(words, { env });
      expect(code).not.toBe(0);
      expect(stderr).toContain("MF_FILE_NOT_WRITTEN");
      expect(stderr).not.toContain("bug");
    }
  });

  it("has the flow's folder as its working folder, and shows errors in the user's lines", async () => {
    const root = ["--datastore-root", folder.store];
    const elsewhere = await createElsewhere({ run: "NoteFlow/again", store: root, metaflow: runCli });
    expect(await elsewhere(["step", "NoteFlow/again/start/0"])).toMatchObject({ code: 0 });
    const task = await (await (await folder.client()).run("NoteFlow/again")).task("start");
    expect(await task.artifact("text").value()).toBe("A NOTEA NOTE");
    const failed = await elsewhere(["step", "NoteFlow/again/end/0"], { env: { FAIL: "1" } });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`${join(folder.path, "flows/note.ts")}:11:33`);
    expect(failed.stderr).toContain("> 11 |     if (process.env.FAIL) throw");
  });

  it("is refused by a place where its bytes are not what they were, before any of it runs", async () => {
    const { code } = await (await folder.client()).run("NoteFlow/again");
    const copy = createLocalDatastore(folder.store);
    const key = blobKey(code.packages[0]?.sha256 ?? "");
    const bytes = Buffer.from((await copy.get(key))?.bytes ?? []);
    const root = ["--datastore-root", folder.store];
    const elsewhere = await createElsewhere({ run: "NoteFlow/again", store: root, metaflow: runCli });
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await copy.put(key, bytes);
    const { code: exit, stderr } = await elsewhere(["step", "NoteFlow/again/start/0", "--attempt", "1"]);
    expect(exit).toBe(2);
    expect(stderr).toMatch(/MF_BLOB_CORRUPT/);
  });

  it("warns of settings that find nothing", async () => {
    const settings = '{ include: ["*.csv", "*.txt"], packages: ["gone", "there"] }';
    const project = await createFlowFolder({
      "package.json": "{}",
      "note.txt": "a note",
      "node_modules/there/package.json": '{"name":"there","version":"1.0.0"}',
      "metaflow.config.ts": `export default { codePackage: ${settings} };`,
      "flow.ts": `${IMPORTS}\nexport default class O extends FlowSpec { @step only() {} }`,
    });
    const { code, stderr } = await project.cli(["flow.ts", "package", "list"]);
    expect(code, stderr).toBe(0);
    expect(stderr.split("\n").filter((line) => line.startsWith("Warning"))).toEqual([
      `Warning: codePackage.include: '*.csv' matches no file in ${project.path}`,
      `Warning: codePackage.packages: 'gone' is not installed in ${project.path}`,
    ]);
  });

  it("says what is wrong with the words", async () => {
    for (const words of [
      ["note.ts", "package", "drop"],
      ["note.ts", "package", "save"],
      ["code", "drop"],
    ]) {
      const { code, stderr } = await folder.cli(words, { cwd: join(folder.path, "flows") });
      expect([code, stderr]).toEqual([2, expect.stringContaining("MF_USAGE")]);
    }
    const unknown = await folder.cli(["note.ts", "package", "info", "--environment", "conda"], {
      cwd: join(folder.path, "flows"),
    });
    expect(unknown.stderr).toContain("MF_PLUGIN_NAME_UNKNOWN");
  });
});

const elsewhereOf = (run: string, { store }: FlowFolder) =>
  createElsewhere({ run, store: ["--datastore-root", store], metaflow: runCli });

describe("packages that cannot come along", () => {
  const native = {
    "node_modules/fast/package.json": '{"name":"fast","version":"4.5.6","gypfile":true}',
    "node_modules/fast/index.js": "exports.fast = 'fast ' + __dirname.split('/').at(-1);",
    "node_modules/uses-fast/package.json": '{"name":"uses-fast","version":"1.0.0","type":"module","exports":"./i.js"}',
    "node_modules/uses-fast/i.js": "export { fast } from 'fast';",
  };

  it("are named with their versions where a place lacks them, and used where it has them", async () => {
    const flow = `${IMPORTS}
import { fast } from "uses-fast";
export default class FastFlow extends FlowSpec { got!: string; @step only() { this.got = fast; } }`;
    const project = await createFlowFolder({ "package.json": "{}", "flow.ts": flow, ...native });
    const init = await project.cli(["flow.ts", "init", "--run-id", "r"]);
    expect(init.code, init.stderr).toBe(0);
    const elsewhere = await elsewhereOf("FastFlow/r", project);
    const words = ["step", "FastFlow/r/only/0"];
    const lacking = await elsewhere(words);
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toMatch(/MF_PACKAGE_INSTALLS_MISSING[\s\S]*fast@4\.5\.6/);
    expect(lacking.stderr).not.toContain("uses-fast@");
    const cwd = await makeTempDir();
    for (const [name, text] of Object.entries(native)) {
      if (!name.startsWith("node_modules/fast/")) continue;
      await mkdir(join(cwd, dirname(name)), { recursive: true });
      await writeFile(join(cwd, name), text);
    }
    const otherVersion = native["node_modules/fast/package.json"].replace("4.5.6", "4.5.7");
    await writeFile(join(cwd, "node_modules/fast/package.json"), otherVersion);
    const other = await elsewhere(words, { cwd });
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("fast@4.5.6 (here is 4.5.7)")]);
    await writeFile(join(cwd, "node_modules/fast/package.json"), native["node_modules/fast/package.json"]);
    expect(await elsewhere(words, { cwd })).toMatchObject({ code: 0 });
    const { code } = await (await project.client()).run("FastFlow/r");
    expect((await code.info()).installs).toEqual({ fast: "4.5.6" });
  });

  it("are refused where a place would need two versions of one", async () => {
    const flow = `${IMPORTS}
import { fast } from "fast"; import { other } from "other";
export default class TwiceFlow extends FlowSpec { got!: string; @step only() { this.got = fast + other; } }`;
    const project = await createFlowFolder({
      "package.json": "{}",
      "flow.ts": flow,
      ...native,
      "node_modules/other/package.json": '{"name":"other","version":"1.0.0"}',
      "node_modules/other/index.js": "exports.other = require('fast').fast;",
      "node_modules/other/node_modules/fast/package.json": '{"name":"fast","version":"5.0.0","gypfile":true}',
      "node_modules/other/node_modules/fast/index.js": "exports.fast = 5;",
    });
    const { code, stderr } = await project.cli(["flow.ts", "package", "info"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/MF_PACKAGE_NOT_MADE[\s\S]*fast[\s\S]*4\.5\.6 and 5\.0\.0/);
  });

  it("may be two versions where they are plain JavaScript, bundled or whole", async () => {
    const flow = `${IMPORTS}
import { v } from "v"; import { viaBundled } from "bundled"; import { viaWhole } from "whole";
export default class VersionsFlow extends FlowSpec { got!: string; @step only() { this.got = [v, viaBundled, viaWhole].join(" "); } }`;
    const whole = (version: string) => `exports.v = '${version} ' + require('path').basename(__dirname);`;
    const project = await createFlowFolder({
      "package.json": "{}",
      "flow.ts": flow,
      "node_modules/v/package.json": '{"name":"v","version":"1.0.0"}',
      "node_modules/v/index.js": whole("one"),
      "node_modules/bundled/package.json": '{"name":"bundled","version":"1.0.0","dependencies":{"v":"2"}}',
      "node_modules/bundled/index.js": "exports.viaBundled = require('v').v;",
      "node_modules/bundled/node_modules/v/package.json": '{"name":"v","version":"2.0.0"}',
      "node_modules/bundled/node_modules/v/index.js": whole("two"),
      "node_modules/whole/package.json": '{"name":"whole","version":"1.0.0","dependencies":{"v":"3"}}',
      "node_modules/whole/index.js":
        "exports.viaWhole = require('v').v + ' in ' + require('path').basename(__dirname);",
      "node_modules/whole/node_modules/v/package.json": '{"name":"v","version":"3.0.0"}',
      "node_modules/whole/node_modules/v/index.js": whole("three"),
    });
    const init = await project.cli(["flow.ts", "init", "--run-id", "r"]);
    expect(init.code, init.stderr).toBe(0);
    const elsewhere = await elsewhereOf("VersionsFlow/r", project);
    const ended = await elsewhere(["step", "VersionsFlow/r/only/0"]);
    expect(ended.code, ended.stderr).toBe(0);
    const task = await (await (await project.client()).run("VersionsFlow/r")).task("only");
    expect(await task.artifact("got").value()).toBe("one v two v three v in whole");
  });
});

describe("packages of single steps", () => {
  const config = `export default {
    environment: "own",
    environments: [{
      name: "own",
      contract: 1,
      packageOf: ({ name }) => (name === "middle" ? "its own" : "common"),
      collect: async () => ({ files: [], modules: {}, plugins: {}, provider: null, installs: {} }),
      bootstrap: ({ code, datastore: { name, root }, words, program }) => ({
        files: [program],
        command: ["node", program.path, "--datastore", name, "--datastore-root", root, "--code", code.sha256, "--", ...words],
        variables: {},
      }),
    }],
  };`;
  const flow = `${IMPORTS}
export default class ApartFlow extends FlowSpec {
  @step start() { this.next(this.middle); }
  @step middle() { this.next(this.end); }
  @step end() {}
}`;

  it("run in places of their own; steps and regions that need others are refused", async () => {
    const project = await createFlowFolder({ "package.json": "{}", "metaflow.config.ts": config, "flow.ts": flow });
    const init = await project.cli(["flow.ts", "init", "--run-id", "r"]);
    expect(init.code, init.stderr).toBe(0);
    const { code } = await (await project.client()).run("ApartFlow/r");
    expect(code.packages.map(({ steps }) => steps)).toEqual([["start", "end"], ["middle"]]);
    const unnamed = await project.cli(["bootstrap", "ApartFlow/r", await makeTempDir(), "--", "step"]);
    expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringMatching(/MF_USAGE[\s\S]*--step/)]);
    const placeOf = (step: string) =>
      createElsewhere({ run: "ApartFlow/r", step, store: ["--datastore-root", project.store], metaflow: project.cli });
    const [common, own] = [await placeOf("start"), await placeOf("middle")];
    for (const words of [
      ["region", "ApartFlow/r", "start"],
      ["step", "ApartFlow/r/middle/0"],
    ]) {
      const { code: exit, stderr } = await common(words);
      expect([exit, stderr]).toEqual([2, expect.stringContaining("MF_PACKAGE_STEPS_APART")]);
      expect(stderr).toContain("for the steps start, end, and not for middle.");
    }
    expect(await common(["region", "ApartFlow/r", "start", "--steps", "start"])).toMatchObject({ code: 0 });
    expect(await own(["step", "ApartFlow/r/middle/0"])).toMatchObject({ code: 0 });
    expect(await common(["step", "ApartFlow/r/end/0"])).toMatchObject({ code: 0 });
  });
});
