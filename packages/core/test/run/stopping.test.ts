/** How a run ends before its time: a task failed, or a person pressed Ctrl-C. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createFlowFolder, IMPORTS, isAlive } from "./flow-run.js";

/** Longer than what a task is given to end by itself. */
const GRACE = 5000;

const ISOLATIONS = ["pool", "process"];

const FLOW = `${IMPORTS}
import { setTimeout as sleep } from "node:timers/promises";
const ways: Record<string, () => unknown> = {
  // Later than the others begin, on a busy machine too.
  fails: async () => { await sleep(2500); throw new Error("first failure"); },
  frozen: () => { for (;;); },
  waits: () => sleep(60_000),
  listens: async () => {
    await new Promise((done) => current.signal.addEventListener("abort", done));
    console.log("cleaning up");
    await sleep(50);
    console.log("cleaned up");
  },
  listensAsNodeDoes: async () => {
    const timer = setTimeout(() => {}, 60_000);
    await new Promise<void>((done) => process.once("SIGTERM", () => { console.log("got SIGTERM"); clearTimeout(timer); done(); }));
  },
};
export default class StopFlow extends FlowSpec {
  @parameter() ways: string[] = [];
  @step start() { this.next(this.body, { foreach: this.ways }); }
  @step async body(way: string) {
    console.log("pid", process.pid, way);
    await ways[way]!();
    this.next(this.join);
  }
  @step join() { this.next(this.end); }
  @step end() {}
}
`.replace("@step join()", "@step join(inputs: Inputs<StopFlow>)");

const folderWith = (): ReturnType<typeof createFlowFolder> => createFlowFolder({ "flow.ts": FLOW });
const words = (ways: readonly string[], workers: number): string[] => [
  "flow.ts",
  "run",
  "--ways",
  JSON.stringify(ways),
  "--max-workers",
  String(workers),
];

/** Processes of tasks that printed their number and live. */
function alive(output: string): number[] {
  return [...output.matchAll(/pid (\d+)/g)].map((match) => Number(match[1])).filter(isAlive);
}

describe.concurrent("the first failure", () => {
  it("stops what runs, kindly at first, and starts nothing more", async () => {
    const folder = await folderWith();
    const startedAt = performance.now();
    const run = await folder.run(words(["fails", "waits", "listens", "listensAsNodeDoes", "frozen", "waits"], 5));
    expect(performance.now() - startedAt).toBeLessThan(GRACE + 20_000);
    expect(run.code).toBe(1);
    expect(run.finished.failure).toMatchObject({
      pathspec: `${run.run.pathspec}/body/i0`,
      error: { message: "first failure" },
    });
    // What listens ends in its own way, and its result counts.
    expect(await run.tasks("body")).toEqual(["i2", "i3"]);
    expect((await run.log("body", "i2")).stdout).toContain("cleaning up\ncleaned up\n");
    expect((await run.log("body", "i3")).stdout).toContain("got SIGTERM\n");
    for (const task of ["i1", "i4"]) {
      expect(await run.error("body", task)).toMatchObject({
        code: "MF_TASK_STOPPED",
        message: expect.stringContaining("body/i0 failed"),
      });
    }
    const started = run.events.filter(({ type }) => type === "task.started");
    expect(started).toHaveLength(6);
    expect(run.finished.counts).toEqual({ successful: 3, carriedOver: 0, failed: 3 });
    expect(alive(run.stdout)).toEqual([]);
  });
});

describe.concurrent("Ctrl-C", () => {
  it("once ends the run cleanly, with exit code 130", async () => {
    const folder = await folderWith();
    const cli = folder.start(words(["listens", "waits"], 2));
    await cli.waitFor(/pid \d+ listens[\s\S]*pid \d+ waits|pid \d+ waits[\s\S]*pid \d+ listens/);
    const startedAt = performance.now();
    cli.child.kill("SIGINT");
    const { code, stdout } = await cli.result;
    expect(performance.now() - startedAt).toBeLessThan(GRACE - 1000);
    expect(code).toBe(130);
    expect(stdout).toContain("cancelled");
    const run = await folder.newest("StopFlow");
    expect(run.run.status).toBe("cancelled");
    expect(await run.tasks("body")).toEqual(["i0"]);
    expect(await run.error("body", "i1")).toMatchObject({
      code: "MF_TASK_STOPPED",
      message: expect.stringContaining("cancelled"),
    });
    expect(alive(stdout)).toEqual([]);
  });

  it.each(ISOLATIONS)("kills a task that does not hear it after a while (%s)", async (isolation) => {
    const folder = await folderWith();
    const cli = folder.start([...words(["frozen"], 1), "--isolation", isolation]);
    await cli.waitFor(/pid \d+ frozen/);
    cli.child.kill("SIGINT");
    const { code, stdout } = await cli.result;
    expect(code).toBe(130);
    const run = await folder.newest("StopFlow");
    expect(run.run.status).toBe("cancelled");
    expect(await run.error("body")).toMatchObject({ code: "MF_TASK_STOPPED" });
    expect((await run.log("body")).stdout).toMatch(/^pid \d+ frozen\n$/);
    expect(alive(stdout)).toEqual([]);
  });

  it.each(ISOLATIONS)("twice ends everything at once (%s)", async (isolation) => {
    const folder = await folderWith();
    const cli = folder.start([...words(["frozen"], 1), "--isolation", isolation]);
    await cli.waitFor(/pid \d+ frozen/);
    const startedAt = performance.now();
    cli.child.kill("SIGINT");
    await cli.waitFor("Stopping");
    cli.child.kill("SIGINT");
    const { code, stdout } = await cli.result;
    expect(performance.now() - startedAt).toBeLessThan(GRACE / 2);
    expect(code).toBe(130);
    expect((await folder.newest("StopFlow")).run.status).toBe("cancelled");
    expect(alive(stdout)).toEqual([]);
  });

  it("before the first task ends the command too", async () => {
    const folder = await folderWith();
    const slow = await folder.write("slow.ts", `await new Promise((done) => setTimeout(done, 60_000));\n${FLOW}`);
    const cli = folder.start([slow, "run"]);
    await sleep(500);
    cli.child.kill("SIGINT");
    const { code, signal } = await cli.result;
    expect(code ?? signal).toBe("SIGINT");
  });
});
