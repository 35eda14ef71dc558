/** Processes that a task starts end with it, however they were started. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createFlowFolder, IMPORTS, isAlive } from "./flow-run.js";

const FLOW = `${IMPORTS}
import { exec, execSync, spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
const command = "(sleep 0.2; echo LATE; exec sleep 30) & echo $!";
const detached = () => {
  const child = spawn("sleep", ["30"], { detached: true, stdio: "ignore" });
  child.unref();
  return child.pid!;
};
const ways: Record<string, () => number | Promise<number>> = {
  none: () => 0,
  ended: () => { execSync("true"); return 0; },
  spawnSync: () => {
    const { stdout } = spawnSync("sh", ["-c", "(sleep 0.2; echo LATE >&2; exec sleep 30) >/dev/null & echo $!"], { stdio: ["ignore", "pipe", "inherit"] });
    return Number(stdout.toString());
  },
  exec: () => new Promise((done) => exec("sleep 30 >/dev/null 2>&1 & echo $!", (_, stdout) => done(Number(stdout)))),
  detached,
  detachedShell: async () => {
    const child = spawn("sh", ["-c", "sleep 30 >/dev/null & echo $!"], { detached: true, stdio: ["ignore", "pipe", "ignore"] });
    const pid = await new Promise<number>((done) => child.stdout.on("data", (text: Buffer) => done(Number(text.toString()))));
    await new Promise((done) => child.on("close", done));
    return pid;
  },
};
export default class ProcessesFlow extends FlowSpec {
  ways = Object.keys(ways);
  pid!: number;
  started!: number;
  seen!: unknown;
  @step start() { this.next(this.body, { foreach: this.ways }); }
  @step async body(way: string) {
    await sleep(300);
    this.pid = process.pid;
    this.started = await ways[way]!();
    this.next(this.join);
  }
  @step join(inputs: Inputs<ProcessesFlow>) {
    this.seen = inputs.map(({ pid, started }) => ({ pid, started }));
    this.next(this.end);
  }
  @step end() {
    this.started = detached();
    if (process.env.LOOP !== "1") return;
    process.stdout.write("pid " + this.started + "\\n");
    while (this.started > 0);
  }
}
`;

async function leftOf(pids: readonly number[]): Promise<readonly number[]> {
  for (let waited = 0; pids.some(isAlive) && waited < 3000; waited += 50) await sleep(50);
  const left = pids.filter(isAlive);
  for (const pid of left) process.kill(pid, "SIGKILL");
  return left;
}

it("ends what a step started, also what its children started and what is in a group of its own", async () => {
  const folder = await createFlowFolder({ "flow.ts": FLOW });
  const run = await folder.run(["flow.ts", "run", "--max-workers", "1"]);
  expect(run.code).toBe(0);
  const seen = (await run.values("join")).seen as { readonly pid: number; readonly started: number }[];
  const last = (await run.values("end")).started as number;
  const pids = [...seen.map(({ started }) => started), last].filter((pid) => pid !== 0);
  expect(pids.length).toBe(5);
  expect(await leftOf(pids)).toEqual([]);
  for (const [k] of seen.entries()) {
    const { stdout, stderr } = await run.log("body", `i${k}`);
    expect(stdout + stderr).toBe("");
  }
  // A child that ended is no reason to give up the worker; each of the others is.
  expect(new Set(seen.map(({ pid }) => pid)).size).toBe(4);
});

it("ends what is in a group of its own when the command is killed", async () => {
  const folder = await createFlowFolder({ "flow.ts": FLOW });
  const cli = folder.start(["flow.ts", "run"], { env: { LOOP: "1" } });
  await cli.waitFor(/pid \d+/);
  const pid = Number(/pid (\d+)/.exec(cli.output())?.[1]);
  cli.child.kill("SIGKILL");
  expect(await leftOf([pid])).toEqual([]);
});
