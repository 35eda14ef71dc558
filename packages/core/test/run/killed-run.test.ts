/** The command is killed in mid-run: what was committed stays, and resume goes on from there. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { createFlowFolder, IMPORTS, isAlive } from "./flow-run.js";

const FLOW = `${IMPORTS}
import { appendFileSync } from "node:fs";
import { spawn } from "node:child_process";
export default class LongFlow extends FlowSpec {
  items = [0, 1, 2, 3, 4, 5];
  done!: number[];
  @step start() { this.next(this.body, { foreach: this.items }); }
  @step async body(item: number) {
    appendFileSync("ran.txt", item + "\\n");
    if (item >= 2 && process.env.WAIT === "1") {
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
      console.log("pid", process.pid, "child", child.pid);
      await new Promise((done) => setTimeout(done, 60_000));
    }
    this.done = [item];
    this.next(this.join);
  }
  @step join(inputs: Inputs<LongFlow>) {
    this.done = inputs.flatMap((input) => input.done);
    this.next(this.end);
  }
  @step end() {}
}
`;

it("a run whose command was killed keeps its tasks, is seen to be dead, and can be resumed", async () => {
  const folder = await createFlowFolder({ "flow.ts": FLOW });
  const cli = folder.start(["flow.ts", "run", "--max-workers", "2"], { env: { WAIT: "1" } });
  await cli.waitFor(/(?:pid \d+[\s\S]*){2}/);
  cli.child.kill("SIGKILL");
  const { stdout, signal } = await cli.result;
  expect(signal).toBe("SIGKILL");

  const pids = [...stdout.matchAll(/(?:pid|child) (\d+)/g)].map((match) => Number(match[1]));
  expect(pids.length).toBeGreaterThanOrEqual(4);
  for (let waited = 0; pids.some(isAlive) && waited < 5000; waited += 50) await sleep(50);
  expect(pids.filter(isAlive)).toEqual([]);

  const dead = await folder.newest("LongFlow");
  expect(dead.run.status).toBe("dead");
  expect(await dead.tasks("body")).toEqual(["i0", "i1"]);
  expect((await dead.values("body", "i1")).done).toEqual([1]);
  const status = await folder.cli(["flow.ts", "status"]);
  expect(status.code).toBe(0);
  expect(status.stdout).toContain("dead");

  const resumed = await folder.run(["flow.ts", "resume"]);
  expect(resumed.code).toBe(0);
  expect(resumed.finished.counts).toEqual({ successful: 6, carriedOver: 3, failed: 0 });
  expect((await resumed.values("end")).done).toEqual([0, 1, 2, 3, 4, 5]);
  expect((await resumed.run.task("body", "i0")).originPathspec).toBe(`${dead.run.pathspec}/body/i0`);
});

const LOOP = `${IMPORTS}
import { spawn } from "node:child_process";
export default class LoopFlow extends FlowSpec {
  items = [0, 1];
  @step start() { this.next(this.body, { foreach: this.items }); }
  @step body() {
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    process.stdout.write("pid " + process.pid + " child " + child.pid + "\\n");
    while (this.items.length > 0);
    this.next(this.join);
  }
  @step join(inputs: Inputs<LoopFlow>) { this.next(this.end); }
  @step end() {}
}
`;

for (const isolation of ["pool", "process"])
  it(`nothing is left of a run whose command was killed while its steps never came to rest (${isolation})`, async () => {
    const folder = await createFlowFolder({ "flow.ts": LOOP });
    const cli = folder.start(["flow.ts", "run", "--max-workers", "2", "--isolation", isolation]);
    await cli.waitFor(/(?:pid \d+[\s\S]*){2}/);
    const pids = [...cli.output().matchAll(/(?:pid|child) (\d+)/g)].map((match) => Number(match[1]));
    cli.child.kill("SIGKILL");
    for (let waited = 0; pids.some(isAlive) && waited < 3000; waited += 50) await sleep(50);
    expect(pids.length).toBeGreaterThanOrEqual(4);
    const left = pids.filter(isAlive);
    for (const pid of left) process.kill(pid, "SIGKILL");
    expect(left).toEqual([]);
  });
