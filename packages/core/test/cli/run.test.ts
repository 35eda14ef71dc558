import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { cliPath, makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";
import { failingFlow, parameterFlow, slowFlow } from "./flows.js";

let cwd: string;
beforeAll(async () => {
  cwd = await makeTempDir();
  await writeFlow(cwd, "train.ts", parameterFlow);
  await writeFlow(cwd, "fail.ts", failingFlow);
  await writeFlow(cwd, "slow.ts", slowFlow);
});

/** What the start step of TrainFlow printed. */
function parametersOf(stdout: string): unknown {
  return JSON.parse(/\/start\/\S+\] (\{.*\})$/m.exec(stdout)?.[1] ?? "null");
}

describe("run", () => {
  it("prints a line for each event, with the tasks' own lines", async () => {
    const { code, stdout, stderr } = await runCli(["train.ts", "run"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const runId = /^Run TrainFlow\/(\S+) started$/m.exec(stdout)?.[1] ?? "";
    const own = stdout.split("\n").filter((line) => line.startsWith("["));
    expect(own.every((line) => line.startsWith(`[${runId}/`))).toBe(true);
    expect(own.map((line) => line.replace(/^\[[^/]*\/(\w+)\/[^ ]*/, "[$1").replace(/\d+ ms/, "N ms"))).toEqual([
      "[start started",
      '[start {"alpha":0.01,"mode":"fast","verbose":false}',
      "[start done in N ms",
      "[end started",
      "[end over",
      "[end done in N ms",
    ]);
    expect(stdout).toMatch(/^✓ Run TrainFlow\/\d+ successful in .*: 2 tasks done$/m);
    expect(stdout).toContain(`metaflow dump TrainFlow/${runId}/end`);
  });

  it("prints NDJSON that ends with how it ended", async () => {
    const { code, lines, stderr } = await runCli(["train.ts", "run", "--json"], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const events = lines.map((line) => JSON.parse(line));
    const [first] = events;
    expect(first).toMatchObject({ type: "run.started", flow: "TrainFlow" });
    expect(lines.at(-1)).toContain(
      `{"type":"run.finished","pathspec":"TrainFlow/${first.runId}","status":"successful"`,
    );
    expect(events.filter(({ type }) => type === "task.log").map(({ stream, line }) => [stream, line])).toEqual([
      ["stdout", '{"alpha":0.01,"mode":"fast","verbose":false}'],
      ["stderr", "over"],
    ]);
  });

  it("is quiet when it is told to", async () => {
    expect(await runCli(["train.ts", "run", "--quiet"], { cwd })).toMatchObject({ code: 0, stdout: "", stderr: "" });
    const failed = await runCli(["fail.ts", "run"], { cwd, env: { METAFLOW_QUIET: "1" } });
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toContain("TypeError: no data for 2");
  });

  it.each([
    [["--alpha", "-0.5", "--verbose"], {}, { alpha: -0.5, mode: "fast", verbose: true }],
    [["--alpha=-2", "--verbose", "false"], {}, { alpha: -2, mode: "fast", verbose: false }],
    [
      ["--no-verbose"],
      { METAFLOW_RUN_VERBOSE: "yes", METAFLOW_RUN_MODE: "exact" },
      { alpha: 0.01, mode: "exact", verbose: false },
    ],
  ])("takes parameters: %j, %j", async (words, env, expected) => {
    const { code, stdout } = await runCli(["train.ts", "run", ...words], { cwd, env });
    expect(code).toBe(0);
    expect(parametersOf(stdout)).toEqual(expected);
  });

  it("writes the run's id before the first task, into the datastore that was chosen", async () => {
    const root = join(cwd, "elsewhere");
    const { code, stdout } = await runCli(
      [
        "--datastore-root",
        "elsewhere",
        "train.ts",
        "run",
        "--run-id-file",
        "id.txt",
        "--tag",
        "a",
        "--tag",
        "b",
        "--json",
      ],
      { cwd },
    );
    expect(code).toBe(0);
    const runId = readFileSync(join(cwd, "id.txt"), "utf8");
    expect(JSON.parse(stdout.split("\n")[0] ?? "")).toMatchObject({ runId, tags: ["a", "b"], datastore: { root } });
    expect(readdirSync(root).length).toBeGreaterThan(0);
  });

  it("refuses a run-id-file that cannot be written, before anything is stored", async () => {
    const words = ["train.ts", "run", "--run-id-file", "no/such/folder/id", "--datastore-root", "untouched"];
    const { code, stderr } = await runCli(words, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("MF_RUN_ID_FILE_NOT_WRITTEN");
    expect(existsSync(join(cwd, "untouched"))).toBe(false);
  });

  it("tells why it failed and what to do next; resume does it", async () => {
    const failed = await runCli(["fail.ts", "run"], { cwd });
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/✗ Run FailFlow\/\d+ failed in .*: 2 tasks done, 1 failed/);
    const summary = failed.stdout.slice(failed.stdout.indexOf("✗"));
    expect(summary).toContain("TypeError: no data for 2");
    expect(summary).toMatch(/\(fail\.ts:11:\d+\)/);
    expect(summary).toMatch(/^ {2}> 11 \| .*throw new TypeError/m);
    expect(summary).toContain("metaflow fail.ts resume");
    const resumed = await runCli(["fail.ts", "resume"], { cwd, env: { OK: "1" } });
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain("start: 1 task carried over");
    expect(await runCli(["fail.ts", "resume", "nowhere"], { cwd })).toMatchObject({ code: 2, stdout: "" });
    expect(await runCli(["fail.ts", "resume", "--origin-run-id", "none"], { cwd })).toMatchObject({
      code: 2,
      stdout: "",
    });
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with 130 on %s", async (signal) => {
    const started = startCli(["slow.ts", "run"], { cwd });
    await started.waitFor("waiting");
    started.child.kill(signal);
    const { code, stdout } = await started.result;
    expect(code).toBe(130);
    expect(stdout).toMatch(/✗ Run SlowFlow\/\d+ cancelled/);
  });

  it("goes on when nobody reads its output any more", async () => {
    const root = join(cwd, "piped");
    const words = ["train.ts", "run", "--datastore-root", root, "--run-id-file", join(cwd, "piped-id")];
    const child = spawn(process.execPath, [cliPath, ...words], { cwd, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.destroy();
    const code = await new Promise((done) => child.on("close", done));
    expect(code).toBe(0);
    const runs = await runCli(["runs", "TrainFlow", "--datastore-root", root, "--json"], { cwd });
    expect(JSON.parse(runs.stdout).runs[0].status).toBe("successful");
  });
});

describe("the commands of schedulers", () => {
  it("take latest for the newest run", async () => {
    const root = join(cwd, "latest");
    const schedule = (...words: string[]) => runCli([...words, "--datastore-root", root], { cwd });
    expect(await schedule("step", "TrainFlow/latest/start/0")).toMatchObject({ code: 2 });
    const { stdout } = await schedule("train.ts", "init");
    expect(await schedule("step", "TrainFlow/latest/start/0")).toMatchObject({ code: 0 });
    expect((await schedule("region", "TrainFlow/latest", "end")).stdout).toContain(
      `Region TrainFlow/${stdout.trim()} from end successful`,
    );
  });

  it("register a run and execute its parts, each in a process of its own", async () => {
    const root = ["--datastore-root", join(cwd, "scheduled")];
    const init = await runCli(["train.ts", "init", "--run-id", "r1", "--alpha", "3", ...root], { cwd });
    expect(init).toMatchObject({ code: 0, stdout: "r1\n" });
    expect(await runCli(["train.ts", "init", "--run-id", "r1", ...root], { cwd })).toMatchObject({
      code: 0,
      stdout: "r1\n",
    });
    const step = await runCli(["step", "TrainFlow/r1/start/0", ...root], { cwd });
    expect(step).toMatchObject({ code: 0, stdout: '{"alpha":3,"mode":"fast","verbose":false}\n' });
    const region = await runCli(["train.ts", "region", "end", "--run-id", "r1", "--json", ...root], { cwd });
    expect(region.code).toBe(0);
    expect(JSON.parse(region.lines.at(-1) ?? "")).toMatchObject({
      type: "region.finished",
      status: "successful",
      next: [],
    });
    expect(await runCli(["step", "TrainFlow/r2/start/0", ...root], { cwd })).toMatchObject({ code: 2, stdout: "" });
  });
});
