import { beforeEach, describe, expect, it } from "vitest";
import { addWholeRun, createStoredRuns, error, RUN, START, type StoredRuns } from "../../test/support/stored-runs.js";

let stored: StoredRuns;
beforeEach(async () => {
  stored = await createStoredRuns();
});

const GONE = { host: "elsewhere", pid: 1, startMark: null };
const path = (rest: string) => `TrainFlow/${RUN}/${rest}`;
const beat = (task: string, attempt: number, at = Date.now()) =>
  stored.records.writeHeartbeat("TrainFlow", RUN, {
    version: 1,
    at,
    interval: 1000,
    running: [{ task, attempt, startedAt: START + 5000 }],
    finished: 1,
  });

describe("attempts", () => {
  it("show the committed one, and the others when asked", async () => {
    await stored.addRun();
    await stored.fail("start", "0", 0, "first", { artifacts: await stored.refs({ x: 1 }) });
    await stored.fail("start", "0", 1, "second");
    await stored.commit("start", "0", { attempt: 2, artifacts: await stored.refs({ x: 3 }) });
    const task = await stored.client.task(path("start/0"));
    expect(task).toMatchObject({ status: "successful", currentAttempt: 2, error: null });
    expect((await task.attempts()).map(({ currentAttempt, status }) => [currentAttempt, status])).toEqual([
      [0, "failed"],
      [1, "failed"],
      [2, "successful"],
    ]);
    const first = await task.attempt(0);
    expect(first.error?.message).toBe("first");
    expect(await first.data.x).toBe(1);
    await expect(task.attempt(3)).rejects.toMatchObject({
      code: "MF_NO_SUCH_ATTEMPT",
      message: `Task ${path("start/0")} has no attempt 3; it has 0, 1, 2.`,
    });
    await expect(task.attempt(-1)).rejects.toMatchObject({ code: "MF_NO_SUCH_ATTEMPT" });
  });

  it("show the last that failed where none was committed", async () => {
    await stored.addRun({ status: "failed", failure: { task: "start/0", error: error("second") } });
    await stored.fail("start", "0", 0, "first");
    await stored.fail("start", "0", 1, "second");
    const run = await stored.client.run(path("").slice(0, -1));
    expect(run.failure).toMatchObject({ pathspec: path("start/0"), error: { message: "second" } });
    expect(await run.task("start")).toMatchObject({
      status: "failed",
      currentAttempt: 1,
      error: { message: "second" },
    });
    expect(await run.stepCounts()).toEqual([{ step: "start", successful: 0, failed: 1, running: 0, dead: 0 }]);
  });

  it("show the one that runs", async () => {
    await stored.addRun({ status: "running", finishedAt: null });
    await stored.fail("start", "0", 0, "first");
    await beat("start/0", 1);
    const run = await stored.client.flow("TrainFlow").latestRun();
    expect(run.status).toBe("running");
    const task = await run.task("start", "0");
    expect(task).toMatchObject({
      status: "running",
      currentAttempt: 1,
      startedAt: new Date(START + 5000),
      finishedAt: null,
    });
    expect((await task.attempts()).map(({ status }) => status)).toEqual(["failed", "running"]);
    expect(task.artifacts()).toEqual([]);
    expect(await run.failedTasks().all()).toEqual([]);
    expect(await run.stepCounts()).toEqual([{ step: "start", successful: 0, failed: 0, running: 1, dead: 0 }]);
  });

  it("are over when the heartbeat names one that has failed since", async () => {
    await stored.addRun({ status: "running", finishedAt: null });
    await stored.fail("start", "0", 1, "second");
    await beat("start/0", 1);
    expect(await stored.client.task(path("start/0"))).toMatchObject({ status: "failed", currentAttempt: 1 });
  });

  it("are dead with their run", async () => {
    await stored.addRun({ status: "running", finishedAt: null, owner: GONE });
    await beat("start/0", 0, START);
    const run = await stored.client.flow("TrainFlow").latestRun();
    expect(run.status).toBe("dead");
    expect(await run.task("start")).toMatchObject({ status: "dead", currentAttempt: 0 });
    expect(await run.stepCounts()).toEqual([{ step: "start", successful: 0, failed: 0, running: 0, dead: 1 }]);
  });
});

describe("failed tasks", () => {
  it("are those without a committed attempt, each once, a page at a time", async () => {
    await stored.addRun({ status: "failed" });
    for (let i = 0; i < 25; i += 1) {
      await stored.fail("train", `i${i}`, 0, `first of ${i}`);
      await stored.fail("train", `i${i}`, 1, `second of ${i}`);
      if (i % 5 === 0) await stored.commit("train", `i${i}`, { attempt: 2 });
    }
    await stored.fail("join", "0", 0, "of the join");
    const run = await stored.client.flow("TrainFlow").latestRun();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await run.failedTasks({ limit: 4, cursor }).page();
      expect(page.items.length).toBeLessThanOrEqual(4);
      seen.push(...page.items.map((task) => `${task.stepName}/${task.id}: ${task.error?.message}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(21);
    expect(new Set(seen).size).toBe(21);
    expect(seen[0]).toBe("join/0: of the join");
    expect(seen).toContain("train/i24: second of 24");
    const step = await run.step("train");
    expect(await step.failedTasks().all()).toHaveLength(20);
    expect((await step.tasks({ limit: 3 }).page()).items.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "i0 successful",
      "i1 failed",
      "i2 failed",
    ]);
  });
});

describe("logs", () => {
  it("are streams of lines", async () => {
    await stored.addRun();
    await stored.commit("start", "0", { attempt: 1 });
    await stored.fail("start", "0", 0, "first");
    await stored.log("start", "0", 0, 0, [["stdout", "of the first attempt"]]);
    await stored.log("start", "0", 1, 0, [
      ["stdout", "one\r"],
      ["stderr", "warning"],
    ]);
    await stored.log("start", "0", 1, 1, [["stdout", "the end…"]]);
    const task = await stored.client.task(path("start/0"));
    expect(await task.logs.stdout()).toBe("one\r\nthe end…");
    expect(await task.logs.stderr()).toBe("warning\n");
    expect(await (await task.attempt(0)).logs.stdout()).toBe("of the first attempt\n");
    const texts = async (options: Parameters<typeof task.logs.lines>[0]) => {
      const found: string[] = [];
      for await (const line of task.logs.lines(options)) found.push(`${line.stream} ${line.text}`);
      return found;
    };
    expect(await texts({})).toEqual(["stdout one\r", "stderr warning", "stdout the end…"]);
    expect(await texts({ tail: 1 })).toEqual(["stdout the end…"]);
    expect(await texts({ tail: 0 })).toEqual([]);
    expect(await texts({ tail: 9, stream: "stderr" })).toEqual(["stderr warning"]);
    expect(await texts({ follow: true, tail: 1 })).toEqual(["stdout the end…"]);
  });

  it("are followed until the attempt ends", async () => {
    await stored.addRun({ status: "running", finishedAt: null });
    await beat("start/0", 0);
    await stored.log("start", "0", 0, 0, [["stdout", "one"]]);
    const task = await stored.client.task(path("start/0"));
    const found: string[] = [];
    for await (const line of task.logs.lines({ follow: true })) {
      found.push(line.text);
      if (found.length > 1) continue;
      // The open chunk grows, and another one begins.
      await stored.log("start", "0", 0, 0, [
        ["stdout", "one"],
        ["stdout", "two"],
      ]);
      await stored.log("start", "0", 0, 1, [["stdout", "three"]]);
      await stored.commit("start", "0");
    }
    expect(found).toEqual(["one", "two", "three"]);
  });

  it("lie with the task that ran, where a resume took its result over", async () => {
    await addWholeRun(stored);
    await stored.fail("start", "0", 0, "first");
    await stored.log("start", "0", 1, 0, [["stdout", "hello"]]);
    await stored.log("start", "0", 0, 0, [["stdout", "hm"]]);
    await stored.addRun({ runId: "r2", startedAt: START + 1, origin: { runId: RUN, step: "end" } });
    await stored.commit("start", "0", { runId: "r2", attempt: 1, originPathspec: path("start/0") });
    const run = await stored.client.flow("TrainFlow").latestRun();
    expect(run).toMatchObject({ id: "r2", originPathspec: `TrainFlow/${RUN}`, originStep: "end" });
    const task = await run.task("start");
    expect(task).toMatchObject({ pathspec: "TrainFlow/r2/start/0", originPathspec: path("start/0") });
    expect(await task.logs.stdout()).toBe("hello\n");
    const first = await task.attempt(0);
    expect(first).toMatchObject({ pathspec: "TrainFlow/r2/start/0", status: "failed" });
    expect(await first.logs.stdout()).toBe("hm\n");
  });
});
