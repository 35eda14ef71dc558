/** Retries as a run makes them: their delays, their records, their logs, and how a run ends around them. */
import { describe, expect, it } from "vitest";
import { flowFolder } from "./flow-folder.js";

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

describe.concurrent("retry", () => {
  it("waits its delays, each longer than the one before", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @retry({ times: 2, delay: "400ms", factor: 2 })
      @step start() {
        if (current.retryCount < 2) throw new Error(\`failure \${current.retryCount}\`);
        this.next(this.end);
      }
      @step end() {}
    }`);
    const { code, run } = await folder.run();
    expect(code).toBe(0);
    const attempts = await (await run.task("start")).attempts();
    expect(attempts.map(({ error }) => error?.message)).toEqual(["failure 0", "failure 1", undefined]);
    const pauses = attempts.slice(1).map(({ startedAt }, k) => Number(startedAt) - Number(attempts[k]?.finishedAt));
    expect(pauses[0]).toBeGreaterThanOrEqual(390);
    expect(pauses[1]).toBeGreaterThanOrEqual(790);
  });

  it("lets another task have the worker meanwhile", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @step start() { this.next(this.flaky, this.steady); }
      @retry({ times: 1, delay: "3s" })
      @step flaky() {
        if (current.retryCount === 0) throw new Error("not yet");
        this.next(this.join);
      }
      @step steady() { this.next(this.join); }
      @step join(inputs: Inputs<TestFlow>) { this.next(this.end); }
      @step end() {}
    }`);
    const { code, run } = await folder.run("--max-workers", "1");
    expect(code).toBe(0);
    const flaky = await run.task("flaky");
    const steady = await run.task("steady");
    expect(Number(steady.finishedAt)).toBeLessThan(Number(flaky.startedAt));
    expect(Number(steady.startedAt)).toBeGreaterThan(Number((await flaky.attempt(0)).finishedAt) - 1);
  });

  it("is over at once when the run is stopped during a delay", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @retry({ delay: "10m" })
      @step start() {
        if (current.retryCount === 0) throw new Error("failed");
        this.next(this.end);
      }
      @step end() {}
    }`);
    const started = folder.start("run", "--json");
    await started.printed('"retrying":true');
    const stoppedAt = Date.now();
    started.child.kill("SIGINT");
    expect((await started.result).code).toBe(130);
    expect(Date.now() - stoppedAt).toBeLessThan(8000);
    const run = await folder.newestRun();
    expect(run.status).toBe("cancelled");
    expect((await (await run.task("start")).attempts()).length).toBe(1);
  });

  it("fails the run after the last attempt; a resume begins to count anew", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @step start() { this.next(this.middle); }
      @retry({ times: 1 })
      @step middle() {
        console.log("attempt", current.retryCount);
        if (current.originRunId === undefined || current.retryCount === 0) throw new Error("broken");
        this.next(this.end);
      }
      @step end() {}
    }`);
    const { code, run } = await folder.run();
    expect(code).toBe(1);
    const failed = await run.task("middle");
    expect([failed.status, failed.currentAttempt]).toEqual(["failed", 1]);
    const logs = await Promise.all(
      ["0", "1"].map((attempt) => folder.metaflow(...words(`logs ${run.id}/middle --stdout --attempt ${attempt}`))),
    );
    expect(logs.map(({ stdout }) => stdout.trim().split("\n").at(-1))).toEqual([
      expect.stringContaining("attempt 0"),
      expect.stringContaining("attempt 1"),
    ]);
    expect((await folder.metaflow("resume")).code).toBe(0);
    const resumed = await folder.newestRun();
    const middle = await resumed.task("middle");
    expect([middle.status, middle.currentAttempt]).toEqual(["successful", 1]);
    expect((await resumed.task("start")).originPathspec).toContain(`${run.id}/start`);
  });

  it.each([[[]], [["--isolation", "process"]]])("counts killed workers apart %j", async (isolation) => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @retry({ times: 0, platformTimes: 1 })
      @step async start() {
        if (current.retryCount === 0) {
          process.kill(process.pid, "SIGKILL");
          await new Promise((ended) => setTimeout(ended, 60_000));
        }
        this.next(this.end);
      }
      @retry({ times: 0, platformTimes: 5 })
      @step end() { throw new Error("its own fault"); }
    }`);
    const { code, run } = await folder.run(...isolation);
    expect(code).toBe(1);
    expect((await run.task("start")).currentAttempt).toBe(1);
    expect((await run.task("end")).currentAttempt).toBe(0);
  });

  it("with times 0 is left out of --with", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @step start() {
        if (current.retryCount < 2) throw new Error("not yet");
        this.next(this.end);
      }
      @retry({ times: 0 })
      @step end() { throw new Error("never again"); }
    }`);
    const { code, run } = await folder.run("--with", "retry:times=2,delay=10ms");
    expect(code).toBe(1);
    expect((await run.task("start")).currentAttempt).toBe(2);
    expect((await run.task("end")).currentAttempt).toBe(0);
  });

  it("refuses bad options before anything runs, with all their names", async () => {
    const folder = await flowFolder(`export default class TestFlow extends FlowSpec {
      @retry({ times: -1, delay: "soon" }) @step start() { this.next(this.end); }
      @environment({ vars: { GOOD: 1, BAD: null as never } }) @step end() {}
    }`);
    const { code, stderr } = await folder.metaflow("run");
    expect(code).toBe(2);
    for (const text of ["'retry'", "'start'", "times: must be", "delay: must be", "vars.BAD: must be"]) {
      expect(stderr).toContain(text);
    }
  });
});
