/** Names and schemes that more than one has, and texts that are none for a terminal. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parameterFlow } from "../cli/flows.js";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

/** A plugin with a datastore that only says which one it is. */
const datastore = (name: string, scheme: string) => ({
  name: `package-${name}`,
  provides: { datastores: [{ name, scheme }] },
  source: `export default { name: "package-${name}", datastores: [
    { name: "${name}", scheme: "${scheme}", open() { throw new Error("opened ${name}"); } } ] };`,
});

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  for (const [name, scheme] of [
    ["local", "other"],
    ["disk", "file"],
    ["one", "zz"],
    ["two", "zz"],
  ] as const) {
    await layPlugin(cwd, datastore(name, scheme));
  }
  const loud = "\u001b[31mred\u001b[0m\nand more\u0000";
  await layPlugin(cwd, {
    name: "loud",
    provides: {
      commands: [
        { name: "run", summary: "not core's" },
        { name: "loud", summary: loud },
      ],
    },
    source: "export default { name: 'loud' };",
  });
});

describe("datastores of several packages", () => {
  it("with one scheme are refused where the scheme alone chooses, and found by name", async () => {
    const unclear = await runCli(["train.ts", "run", "--datastore-root", "zz://x"], { cwd });
    expect(unclear.stderr).toMatch(/MF_PLUGIN_SCHEME_TAKEN: .*'zz:\/\/': one and two/);
    const clear = await runCli(["train.ts", "run", "--datastore", "two", "--datastore-root", "zz://x"], { cwd });
    expect(clear.stderr).toContain("opened two");
  });

  it("leave core's own alone", async () => {
    const { code, stderr } = await runCli(["train.ts", "run", "--datastore-root", `file://${cwd}/kept`], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });

  it("are told of by `metaflow plugins`, those of core included", async () => {
    const { lines } = await runCli(["plugins", "--json"], { cwd });
    const listed = lines.map((line) => JSON.parse(line) as { package: string; problems: { message: string }[] });
    const problems = (name: string) => listed.find((each) => each.package === name)?.problems.map((p) => p.message);
    expect(problems("package-local")).toEqual([
      "There are two datastores named 'local': from @metaflow-ts/core and from package-local.",
    ]);
    expect(problems("package-disk")).toEqual([
      "There are two datastores for roots that begin with 'file://': local and disk.",
    ]);
    expect(problems("package-one")).toEqual([expect.stringContaining("'zz://': two and one")]);
    expect(problems("package-two")).toEqual([expect.stringContaining("'zz://': one and two")]);
  });
});

it("help lists a plugin's command in one line of plain text, and core's own only once", async () => {
  const { stdout } = await runCli(["--help"], { cwd });
  expect(stdout).toMatch(/^ {2}loud +red and more$/m);
  expect(stdout).not.toContain("not core's");
});

describe("an environment that nobody has", () => {
  it("is refused though no code package is made", async () => {
    const flag = await runCli(["train.ts", "run", "--environment", "nope"], { cwd });
    expect(flag.stderr).toContain("MF_PLUGIN_NAME_UNKNOWN: There is no environment 'nope'");
    expect(flag.code).toBe(2);
    const variable = await runCli(["train.ts", "run"], { cwd, env: { METAFLOW_ENVIRONMENT: "nope" } });
    expect(variable.stderr).toContain("There is no environment 'nope'");
    const folder = join(cwd, "configured");
    await mkdir(folder);
    await writeFile(join(folder, "metaflow.config.ts"), `export default { environment: "npm" };`);
    await writeFlow(folder, "train.ts", parameterFlow);
    expect(await runCli(["train.ts", "run"], { cwd: folder })).toMatchObject({ code: 0 });
  });
});
