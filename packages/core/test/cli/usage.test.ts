import { beforeAll, describe, expect, it } from "vitest";
import { makeTempDir, runCli, writeFlow } from "../support/cli.js";
import { parameterFlow } from "./flows.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
});

describe("metaflow", () => {
  it.each([["--version"], ["version"], ["-V"], ["-v"]])("prints its version for %s", async (word) => {
    const { code, stdout, stderr } = await runCli([word], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  it.each([[[]], [["--help"]], [["-h"]], [["help"]]])("lists the commands for %j", async (words) => {
    const { code, stdout } = await runCli(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}run +run the flow$/m);
    expect(stdout).not.toMatch(/^ {2}init/m);
  });

  it.each([[["help", "run"]], [["run", "--help"]]])("explains a command without a flow for %j", async (words) => {
    const { code, stdout } = await runCli(words, { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: metaflow <flow.ts> run [options]");
    expect(stdout).toContain("--max-workers <n>");
  });

  it("explains the parameters of a flow", async () => {
    const { code, stdout } = await runCli(["train.ts", "run", "--help"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: metaflow train.ts run [options]");
    expect(stdout).toMatch(/--alpha <number> +Learning rate \(default: 0\.01, env:\s+METAFLOW_RUN_ALPHA\)/);
    expect(stdout).toMatch(/--mode <fast\|exact>/);
    expect(stdout).toContain("--verbose [boolean]");
  });

  it.each([
    [["rnu"], "MF_COMMAND_UNKNOWN", "Did you mean 'run'?"],
    [["train"], "MF_COMMAND_UNKNOWN", "Did you mean 'train.ts'?"],
    [["package.json", "run"], "MF_FLOW_FILE_KIND", "'package.json' is no flow file: its name ends in .ts, .mts"],
    [["orders.csv"], "MF_FLOW_FILE_KIND", "'orders.csv' is no flow file"],
    [["m", "run"], "MF_FLOW_FILE_KIND", "'m' is no flow file"],
    [["train", "run"], "MF_COMMAND_UNKNOWN", "Did you mean 'train.ts'?"],
    [["elephant"], "MF_COMMAND_UNKNOWN", "There is no command 'elephant'. `metaflow --help` lists all."],
    [
      ["train.ts", "check", "--limit", "3"],
      "MF_OPTION_UNKNOWN",
      "no option '--limit'. `metaflow train.ts check --help`",
    ],
    [["train.ts", "chek"], "MF_COMMAND_UNKNOWN", "Did you mean 'check'?"],
    [["train.ts", "run", "--alhpa", "1"], "MF_OPTION_UNKNOWN", "Did you mean '--alpha'?"],
    [["train.ts", "check", "--jsno"], "MF_OPTION_UNKNOWN", "Did you mean '--json'?"],
    [["train.ts", "run", "extra"], "MF_USAGE", "Too many arguments"],
    [
      ["train.ts", "run", "--max-workers", "0"],
      "MF_OPTION_INVALID",
      "--max-workers must be a whole number of at least 1",
    ],
    [["train.ts", "run", "--isolation", "pod"], "MF_OPTION_INVALID", "one of pool, process"],
    [["train.ts", "run", "--tag", ""], "MF_TAG_INVALID", "it is empty"],
    [
      ["train.ts", "resume", "--alpha", "1"],
      "MF_RESUME_PARAMETER_GIVEN",
      "--alpha cannot be given: a resume has the parameters",
    ],
    [["train.ts", "resume", "--no-verbose"], "MF_RESUME_PARAMETER_GIVEN", "Start a new run to change them"],
    [["train.ts", "resume", "--alhpa", "1"], "MF_OPTION_UNKNOWN", "no option '--alhpa'"],
    [["train.ts", "package", "sav"], "MF_USAGE", "`metaflow package --help` says"],
    [["train.ts", "deploy"], "MF_USAGE", "`metaflow deploy --help` says"],
    [["step", "Flow/1/start"], "MF_PATHSPEC_INVALID", "Flow/run/step/task"],
  ])("refuses %j in one line", async (words, errorCode, message) => {
    const { code, stdout, stderr } = await runCli(words, { cwd });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^Error ${errorCode}: [^\n]*\n$`));
    expect(stderr).toContain(message);
  });

  it.each([["package"], ["deploy"]])("explains %s where an error tells one to ask", async (command) => {
    const { code, stdout } = await runCli([command, "--help"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: metaflow <flow.ts> ${command}`);
  });

  it("ends with 2 for a datastore that nobody has", async () => {
    const { code, stderr } = await runCli(["runs", "--datastore-root", "nope://bucket/x"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("MF_DATASTORE_UNKNOWN");
  });

  it("offers --with where steps are looked at or run, and notes once", async () => {
    for (const command of ["tag", "copy", "sync", "code", "status"]) {
      const { stdout } = await runCli([command, "--help"], { cwd });
      expect(stdout).not.toMatch(/--with |repeatable \(repeatable\)/);
    }
    expect((await runCli(["run", "--help"], { cwd })).stdout).toContain("--with <decorator>");
  });

  it.each([[["runs"]], [["train.ts", "runs"]]])("%j is no error where nothing has run yet", async (words) => {
    const empty = await makeTempDir();
    await writeFlow(empty, "train.ts", parameterFlow);
    const { code, stdout, stderr } = await runCli(words, { cwd: empty });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^No runs yet\. `.*metaflow \S+ run` makes one/);
    expect(await runCli([...words, "--json"], { cwd: empty })).toMatchObject({
      code: 0,
      stdout: '{"runs":[],"cursor":null}\n',
    });
    expect((await runCli([...words, "--status", "failed"], { cwd: empty })).stderr).toBe("No such run.\n");
  });

  it("says that a command needs a flow", async () => {
    const { code, stderr } = await runCli(["run"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("MF_FLOW_REQUIRED: `run` needs a flow.");
  });

  it("tells everything that is wrong with the parameters at once", async () => {
    const { code, stderr } = await runCli(["train.ts", "run", "--alpha", "x", "--mode", "fats"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("Bad value for --alpha: 'x' is not a number.");
    expect(stderr).toContain("Did you mean 'fast'?");
  });
});
