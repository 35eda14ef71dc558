/** A program that makes a client reads where the command reads. */
import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";

const LOOK = `import { createClient } from "@metaflow-ts/core/client";
const options = process.argv[2] === undefined ? {} : JSON.parse(process.argv[2]);
try {
  const client = await createClient(options);
  await client.flow("AnyFlow").latestRun();
} catch (error) {
  console.log(error.code, error.message);
}
`;

const SOURCES = ["environment", "config", "profile"] as const;
const subsets = Array.from({ length: 8 }, (_, bits) => SOURCES.filter((_, k) => (bits >> k) % 2 === 1));

/** A project whose sources name a root each; where they are. */
async function makeProject(sources: readonly string[], config = 'export default { datastoreRoot: "./of-config" };') {
  const folder = await makeTempDir();
  await mkdir(join(folder, "node_modules/@metaflow-ts"), { recursive: true });
  await symlink(resolve(import.meta.dirname, "../.."), join(folder, "node_modules/@metaflow-ts/core"));
  await writeFlow(folder, "look.mjs", LOOK);
  if (sources.includes("config")) await writeFlow(folder, "metaflow.config.ts", config);
  const profile = sources.includes("profile") ? { METAFLOW_DATASTORE_ROOT: join(folder, "of-profile") } : {};
  await writeFlow(folder, "home/config.json", JSON.stringify(profile));
  const env = {
    METAFLOW_HOME: join(folder, "home"),
    ...(sources.includes("environment") && { METAFLOW_DATASTORE_ROOT: join(folder, "of-environment") }),
  };
  const look = async (options?: object): Promise<string> => {
    const words = [join(folder, "look.mjs"), ...(options === undefined ? [] : [JSON.stringify(options)])];
    const { stdout } = await promisify(execFile)(process.execPath, words, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
    });
    return stdout.trim();
  };
  return { folder, env, look };
}

describe("createClient", () => {
  it.each(subsets.map((sources) => [sources.join(" and ") || "nothing", sources] as const))(
    "reads where the command does, given %s",
    async (_, sources) => {
      const { folder, env, look } = await makeProject(sources);
      const place = sources[0] === undefined ? ".metaflow" : `of-${sources[0]}`;
      const found = await look();
      expect(found).toContain(join(folder, place));
      const { stderr } = await runCli(["status", "AnyFlow/latest"], { cwd: folder, env });
      expect(stderr).toContain(join(folder, place));
    },
  );

  it("takes another config, or none", async () => {
    const { folder, look } = await makeProject(["config"]);
    expect(await look({ config: null })).toContain(join(folder, ".metaflow"));
    expect(await look({ config: { datastoreRoot: join(folder, "given") } })).toContain(join(folder, "given"));
  });

  it("says what is wrong with the config", async () => {
    const broken = await makeProject(["config"], 'throw new Error("no such secret");');
    expect(await broken.look()).toMatch(/^MF_CONFIG_NOT_LOADED .*no such secret/);
    const invalid = await makeProject(["config"], "export default 7;");
    expect(await invalid.look()).toMatch(/^MF_CONFIG_INVALID /);
  });

  it("opens datastores that the config has", async () => {
    const config = `const nothing = { get: async () => null, head: async () => null, list: async () => ({ keys: [], prefixes: [] }) };
      const capabilities = { putIfAbsent: true, putIfMatch: true, syncGet: false };
      const acme = { name: "acme", scheme: "acme", open: (root) => ({ ...nothing, capabilities, name: "acme", root }) };
      export default { datastores: [acme], datastore: "acme", datastoreRoot: "acme://there" };`;
    const { look } = await makeProject(["config"], config);
    expect(await look()).toContain("acme://there");
  });
});
