/** Commands of plugins: listed without an import, called like core's own. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parameterFlow } from "../cli/flows.js";
import { makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";
import { layPlugin } from "./laid-plugin.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  await writeFlow(cwd, "broken.ts", "export default class {");
  await layPlugin(cwd, {
    name: "metaflow-acme",
    provides: { commands: [{ name: "acme", summary: "do things at Acme" }] },
    source: ACME,
  });
  await layPlugin(cwd, {
    name: "metaflow-broken",
    provides: { commands: [{ name: "broken", summary: "never works" }] },
    source: `throw new Error("cannot start");`,
  });
  const same = { provides: { commands: [{ name: "twin", summary: "there are two" }] }, source: "export default {}" };
  await layPlugin(cwd, { name: "metaflow-one", ...same });
  await layPlugin(cwd, { name: "metaflow-two", ...same });
  await layPlugin(cwd, {
    name: "metaflow-run",
    provides: { commands: [{ name: "version", summary: "another version" }] },
    source: `export default { name: "metaflow-run", commands: [] };`,
  });
  await layPlugin(cwd, {
    name: "metaflow-json",
    provides: { commands: [{ name: "jsonish", summary: "takes an option of core" }] },
    source: `export default { name: "metaflow-json", commands: [
      { name: "jsonish", summary: "x", flow: "ignored", options: { json: { kind: "flag", help: "x" } }, run() {} },
    ] };`,
  });
});

const ACME = `
const create = {
  name: "create",
  summary: "create a pipeline",
  flow: "required",
  arguments: { place: { help: "where" }, labels: { help: "labels", many: true } },
  options: {
    replicas: { kind: "integer", help: "how many", min: 1, fallback: 1, short: "n", variable: "ACME_REPLICAS" },
    url: { kind: "text", help: "the server", setting: "acme.url", fallback: "http://none" },
    dryRun: { kind: "flag", help: "only look" },
  },
  takesParameters: true,
  async run({ args, options, output, graph, parameters, datastore, environment, flowFile, settings }) {
    const { steps } = await graph();
    const { name } = await datastore();
    const data = { type: "acme.pipeline", args, options, steps: Object.keys(steps), parameters: await parameters(),
      datastore: name, word: environment.WORD, flowFile, settings: await settings() };
    output.note("creating");
    output.result(data, "created at " + args.place);
  },
};
const launch = {
  name: "launch", summary: "run and look", flow: "required", takesParameters: true, startsRuns: true,
  options: { fail: { kind: "flag", help: "say that it failed" } },
  async run({ run, client, output, options }) {
    const { status, runId } = await run();
    const found = await (await client()).flow("TrainFlow").run(runId);
    output.result({ type: "acme.run", status, alpha: await found.data.alpha }, "ran " + found.status);
    return options.fail ? "failed" : status;
  },
};
const trouble = {
  name: "trouble", summary: "goes wrong", flow: "optional", arguments: { how: { help: "how" } },
  run({ args, misuse }) {
    if (args.how === "misuse") throw misuse("That is no way");
    throw new TypeError("no server");
  },
};
const wait = {
  name: "wait", summary: "waits for the end", flow: "ignored",
  async run({ signal, output }) {
    const alive = setInterval(() => {}, 1000);
    output.note("waiting");
    await new Promise((done) => signal.addEventListener("abort", done));
    clearInterval(alive);
    return "cancelled";
  },
};
export default { name: "metaflow-acme", commands: [
  { name: "acme", summary: "do things at Acme", commands: [create, launch, trouble, wait] },
] };
`;

describe("a command of a plugin", () => {
  it("is listed by its package.json alone", async () => {
    const { code, stdout } = await runCli(["--help"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}acme +do things at Acme$/m);
    expect(stdout).toMatch(/^ {2}broken +never works$/m);
  });

  it("is explained: a group with its commands, a command with what it takes", async () => {
    const group = await runCli(["train.ts", "acme", "--help"], { cwd });
    expect(group).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}create +create a pipeline$/m) });
    const command = await runCli(["train.ts", "acme", "create", "--help"], { cwd });
    expect(command.stdout).toMatch(/Usage: metaflow train.ts acme create \[options\] <place> \[labels...\]/);
    expect(command.stdout).toMatch(/-n, --replicas <integer> +how many \(default: 1, env:\s+METAFLOW_ACME_REPLICAS\)/);
    expect(command.stdout).toContain("--alpha <number>");
  });

  it("gets arguments, options, the graph, parameters, datastore, environment and settings", async () => {
    const words = ["--json", "train.ts", "acme", "create", "moon", "a", "b", "--dry-run", "--alpha", "2"];
    await writeFile(join(cwd, "metaflow.config.ts"), `export default { acme: { url: "http://acme" } };`);
    const { code, lines, stderr } = await runCli(words, { cwd, env: { WORD: "x", METAFLOW_ACME_REPLICAS: "4" } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "creating\n" });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        type: "acme.pipeline",
        args: { place: "moon", labels: ["a", "b"] },
        options: { replicas: 4, url: "http://acme", dryRun: true },
        steps: ["start", "end"],
        parameters: { alpha: 2, mode: "fast", verbose: false },
        datastore: "local",
        word: "x",
        flowFile: "train.ts",
        settings: { acme: { url: "http://acme" } },
      },
    ]);
    const text = await runCli(["train.ts", "acme", "create", "moon", "--quiet"], { cwd });
    expect(text).toMatchObject({ code: 0, stdout: "created at moon\n", stderr: "" });
  });

  it("runs the flow as `run` does, and reads the result", async () => {
    const words = ["train.ts", "acme", "launch", "--alpha", "3", "--tag", "t", "--json"];
    const { code, lines } = await runCli(words, { cwd });
    const events = lines.map((line) => JSON.parse(line) as { type: string });
    expect(code).toBe(0);
    expect(events[0]).toMatchObject({ type: "run.started", tags: ["t"] });
    expect(events.at(-1)).toEqual({ type: "acme.run", status: "successful", alpha: 3 });
    expect(await runCli([...words, "--fail"], { cwd })).toMatchObject({ code: 1 });
  });

  it.each([
    [["broken.ts", "acme", "create", "x"], 2, "Error MF_FLOW_SYNTAX"],
    [["acme", "create", "x"], 2, "MF_FLOW_REQUIRED: `acme create` needs a flow."],
    [["train.ts", "acme"], 2, "MF_USAGE: `metaflow train.ts acme` needs one of its commands: create, launch"],
    [
      ["train.ts", "acme", "craete"],
      2,
      "MF_COMMAND_UNKNOWN: There is no command 'acme craete'. Did you mean 'create'?",
    ],
    [["train.ts", "acme", "create"], 2, "MF_USAGE: Missing required argument 'place'"],
    [["train.ts", "acme", "create", "x", "--replicas", "0"], 2, "MF_OPTION_INVALID: --replicas must be a whole number"],
    [["train.ts", "acme", "create", "x", "--dri-run"], 2, "Did you mean '--dry-run'?"],
    [["train.ts", "acme", "create", "x", "--alpha", "y"], 2, "MF_PARAMETER"],
    [["acme", "trouble", "misuse"], 2, "MF_USAGE: That is no way. `metaflow acme trouble --help`"],
    [
      ["acme", "trouble", "x"],
      1,
      "MF_PLUGIN_COMMAND_FAILED: The command 'acme trouble' of metaflow-acme failed: TypeError",
    ],
    [["broken"], 2, "MF_PLUGIN_NOT_LOADED: Package metaflow-broken, which provides the command 'broken',"],
    [["twin"], 2, "MF_PLUGIN_DUPLICATE: There are two commands named 'twin': from metaflow-one and from metaflow-two."],
    [["jsonish"], 2, "MF_PLUGIN_COMMAND_INVALID: The command 'jsonish' of metaflow-json cannot be used: --json is"],
    [["acne"], 2, "Did you mean 'acme'?"],
  ])("%j ends with %i and says why", async (words, exitCode, message) => {
    const { code, stderr } = await runCli(words, { cwd });
    expect(stderr).toContain(message);
    expect(code).toBe(exitCode);
  });

  it("does not get in the way of core's commands, which keep their names", async () => {
    expect((await runCli(["version"], { cwd })).stdout).toMatch(/^\d/);
    const { stdout } = await runCli(["plugins"], { cwd });
    expect(stdout).toMatch(
      /metaflow-run .*\n.*\n {2}There are two commands named 'version': from @metaflow-ts\/core and from metaflow-run/,
    );
    expect(await runCli(["train.ts", "check"], { cwd })).toMatchObject({ code: 0 });
  });

  it("that asks for the signal ends by itself at Ctrl-C", async () => {
    const { child, waitFor, result } = startCli(["acme", "wait"], { cwd });
    await waitFor("waiting");
    child.kill("SIGINT");
    expect(await result).toMatchObject({ code: 130, signal: null });
  });

  it("of the config needs no package", async () => {
    const folder = await makeTempDir();
    const config = `export default { commands: [{ name: "mine", summary: "my own", flow: "ignored",
      run({ output }) { output.result({ type: "mine" }, "here"); } }] };`;
    await writeFile(join(folder, "metaflow.config.ts"), config);
    expect((await runCli(["--help"], { cwd: folder })).stdout).toMatch(/^ {2}mine +my own$/m);
    expect(await runCli(["mine"], { cwd: folder })).toMatchObject({ code: 0, stdout: "here\n" });
    await writeFile(join(folder, "metaflow.config.ts"), "export default {");
    expect(await runCli(["--help"], { cwd: folder })).toMatchObject({ code: 0 });
  });
});
