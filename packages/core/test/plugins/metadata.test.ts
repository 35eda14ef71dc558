/** Records that a plugin keeps, elsewhere than in the datastore: by the driver, workers, separate processes and readers. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { elsewhereConfig } from "../../src/testing/elsewhere-backend.js";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

const FLOW = `
import { FlowSpec, step } from "@metaflow-ts/core";
export default class KeptFlow extends FlowSpec {
  items = [1, 2, 3];
  large = "";
  sum = 0;
  @step start() { this.items = [1, 2, 3]; this.large = "x".repeat(100_000); this.next(this.work, { foreach: this.items }); }
  @step work(item: number) { this.sum = item + this.large.length; if (process.env.FAIL && item === 2) throw new Error("no"); this.next(this.join); }
  @step join(inputs: { sum: number }[]) { this.sum = inputs.reduce((a, b) => a + b.sum, 0); this.next(this.end); }
  @step end() { console.log("sum", this.sum); }
}
`;

/** Keeps records as core does, elsewhere: what a service would do behind its own protocol. */
const source = `
import { createDatastoreRecords } from ${JSON.stringify(pathToFileURL(resolve(import.meta.dirname, "../../dist/plugin.js")).href)};
const below = (datastore, folder) => ({
  ...datastore,
  get: (key, options) => datastore.get(folder + key, options),
  put: (key, ...rest) => datastore.put(folder + key, ...rest),
  head: (key) => datastore.head(folder + key),
  delete: (key) => datastore.delete(folder + key),
  async list(prefix, options = {}) {
    const startAfter = options.startAfter && folder + options.startAfter;
    const { keys, prefixes, ...rest } = await datastore.list(folder + prefix, { ...options, startAfter });
    return { ...rest, keys: keys.map((key) => key.slice(folder.length)), prefixes: prefixes.map((each) => each.slice(folder.length)) };
  },
});
export default { name: "metaflow-keeper", metadataProviders: [
  { name: "keeper", open: ({ datastore, settings }) => createDatastoreRecords(below(datastore, settings.METAFLOW_KEEPER_FOLDER + "/")) },
] };
`;

let cwd: string;
let env: Readonly<Record<string, string>>;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "kept.ts", FLOW);
  await layPlugin(cwd, { name: "metaflow-keeper", provides: { metadataProviders: ["keeper"] }, source });
  await layPlugin(cwd, {
    name: "metaflow-broken",
    provides: { metadataProviders: ["broken"] },
    source: `throw new Error("cannot start");`,
  });
  env = { METAFLOW_KEEPER_FOLDER: "kept" };
});

describe("a metadata provider", () => {
  it.each([["pool"], ["process"]])(
    "keeps the records of a run in %s, which readers find by its name",
    async (isolation) => {
      const run = await runCli(["kept.ts", "run", "--metadata", "keeper", "--isolation", isolation], { cwd, env });
      expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining("sum 300006") });
      expect(readdirSync(join(cwd, ".metaflow"))).toContain("kept");
      expect(existsSync(join(cwd, ".metaflow", "flows"))).toBe(false);
      const named = { cwd, env: { ...env, METAFLOW_METADATA: "keeper" } };
      const dump = await runCli(["dump", "KeptFlow/latest/end", "--include", "sum"], named);
      expect(dump.stdout).toContain("300006");
      expect((await runCli(["logs", "KeptFlow/latest/end"], named)).stdout).toContain("sum 300006");
      expect((await runCli(["runs", "KeptFlow"], { cwd, env })).stdout).not.toContain("successful");
    },
  );

  it("is asked by resume, and by step where its module is told", async () => {
    const words = ["--metadata", "keeper"];
    expect(await runCli(["kept.ts", "run", ...words], { cwd, env: { ...env, FAIL: "1" } })).toMatchObject({ code: 1 });
    expect(await runCli(["kept.ts", "resume", ...words], { cwd, env })).toMatchObject({ code: 0 });
    const init = await runCli(["kept.ts", "init", ...words], { cwd, env });
    const empty = await makeTempDir();
    const module = pathToFileURL(join(cwd, "node_modules/metaflow-keeper/index.js")).href;
    const place = ["--datastore-root", join(cwd, ".metaflow"), ...words];
    const step = ["step", `KeptFlow/${init.stdout.trim()}/start/0`, ...place];
    expect((await runCli(step, { cwd: empty, env })).stderr).toContain("MF_PLUGIN_NAME_UNKNOWN");
    expect(await runCli(step, { cwd: empty, env: { ...env, METAFLOW_METADATA_MODULE: module } })).toMatchObject({
      code: 0,
    });
  });

  it("is refused where a backend runs tasks elsewhere, before there is a run", async () => {
    await writeFlow(cwd, "elsewhere/kept.ts", FLOW);
    await writeFlow(cwd, "elsewhere/metaflow.config.ts", elsewhereConfig);
    const store = ["--datastore-root", await makeTempDir(), "--metadata", "keeper"];
    const words = ["elsewhere/kept.ts", "run", "--backend", "elsewhere", ...store];
    const { code, stderr } = await runCli(words, { cwd, env });
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/MF_PACKAGE_NOT_MADE[\s\S]*'keeper' does not come along/),
    ]);
    expect((await runCli(["runs", "--json", ...store], { cwd, env })).stdout).toContain('"runs":[]');
  });

  it("that is broken or unknown is an error where it is used, and nowhere else", async () => {
    const broken = await runCli(["kept.ts", "run", "--metadata", "broken"], { cwd });
    expect(broken.stderr).toContain("MF_PLUGIN_NOT_LOADED");
    const unknown = await runCli(["runs", "--metadata", "keepr"], { cwd });
    expect(unknown.stderr).toContain(
      "There is no metadata provider 'keepr'. These are there: datastore, broken, keeper.",
    );
    expect(unknown.stderr).toContain("Did you mean 'keeper'?");
    expect(await runCli(["kept.ts", "run", "--metadata", "datastore"], { cwd })).toMatchObject({ code: 0 });
  });
});
