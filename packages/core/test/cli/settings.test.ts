import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { parameterFlow } from "./flows.js";

let cwd: string;
let home: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  home = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  await writeFlow(home, "config.json", JSON.stringify({ METAFLOW_DATASTORE_ROOT: join(home, "of-profile") }));
  await writeFlow(
    home,
    "config_other.json",
    JSON.stringify({ METAFLOW_DATASTORE_SYSROOT_LOCAL: join(home, "of-other") }),
  );
});

/** The root of the datastore that a run used. */
async function rootOf(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { stdout, stderr } = await runCli(["train.ts", "run", "--json", ...words], { cwd, env });
  expect(stderr).toBe("");
  return JSON.parse(stdout.split("\n")[0] ?? "").datastore.root;
}

describe("settings", () => {
  it("come from flag, environment, config, profile and default, in this order", async () => {
    expect(await rootOf([])).toBe(join(cwd, ".metaflow"));
    expect(await rootOf([], { METAFLOW_HOME: home })).toBe(join(home, "of-profile"));
    expect(await rootOf([], { METAFLOW_HOME: home, METAFLOW_PROFILE: "other" })).toBe(
      join(home, "of-other", ".metaflow"),
    );
    await writeFlow(
      cwd,
      "metaflow.config.ts",
      'import { defineConfig } from "@metaflow-ts/core/plugin";\nexport default defineConfig({ datastoreRoot: "of-config" });\n',
    );
    expect(await rootOf([], { METAFLOW_HOME: home })).toBe(join(cwd, "of-config"));
    const environment = { METAFLOW_HOME: home, METAFLOW_DATASTORE_SYSROOT_LOCAL: join(home, "of-environment") };
    expect(await rootOf([], environment)).toBe(join(home, "of-environment", ".metaflow"));
    expect(await rootOf(["--datastore-root", "of-flag"], environment)).toBe(join(cwd, "of-flag"));
  });

  it("are the same for commands that read, without a flow's file", async () => {
    const { code, stdout } = await runCli(["runs", "TrainFlow", "--json", "--limit", "1"], { cwd });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).runs).toHaveLength(1);
  });

  it.each([
    [{ METAFLOW_PROFILE: "absent" }, "MF_PROFILE_NOT_FOUND"],
    [{ METAFLOW_MAX_WORKERS: "none" }, "MF_OPTION_INVALID: METAFLOW_MAX_WORKERS must be"],
    [{ METAFLOW_RUN_ALPHA: "high" }, "Bad value for METAFLOW_RUN_ALPHA"],
    [{ METAFLOW_DATASTORE: "loacl" }, "MF_DATASTORE_UNKNOWN"],
  ])("that are wrong are refused: %j", async (env, message) => {
    const { code, stdout, stderr } = await runCli(["train.ts", "run"], { cwd, env: { METAFLOW_HOME: home, ...env } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  it("name the user", async () => {
    const { stdout } = await runCli(["train.ts", "run", "--json"], { cwd, env: { METAFLOW_USER: "ada" } });
    const { runId } = JSON.parse(stdout.split("\n")[0] ?? "");
    const runs = await runCli(["runs", "TrainFlow", "--json"], { cwd });
    expect(JSON.parse(runs.stdout).runs.find((run: { pathspec: string }) => run.pathspec.endsWith(runId)).user).toBe(
      "ada",
    );
  });

  it("say so when the config is none", async () => {
    const folder = await makeTempDir();
    await writeFlow(folder, "train.ts", parameterFlow);
    await writeFlow(folder, "metaflow.config.ts", "export const config = {};\n");
    const { code, stderr } = await runCli(["train.ts", "check"], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain("MF_CONFIG_INVALID");
    expect(stderr).toContain("it has no default export");
  });
});
