import { beforeEach, describe, expect, it } from "vitest";
import { addWholeRun, createStoredRuns, RUN, START, type StoredRuns } from "../../test/support/stored-runs.js";

let stored: StoredRuns;
beforeEach(async () => {
  stored = await createStoredRuns();
});

const ids = async (listing: { all(): Promise<readonly { id: string }[]> }) => (await listing.all()).map(({ id }) => id);

describe("a run", () => {
  beforeEach(() => addWholeRun(stored, { tags: ["nightly"], failure: null }));

  it("says what it was", async () => {
    const run = await stored.client.run(`TrainFlow/${RUN}`);
    expect(run).toMatchObject({
      id: RUN,
      pathspec: `TrainFlow/${RUN}`,
      flowName: "TrainFlow",
      status: "successful",
      startedAt: new Date(START),
      finishedAt: new Date(START + 61_000),
      user: "ada",
      tags: ["nightly", "user:ada"],
      userTags: ["nightly"],
      systemTags: ["user:ada"],
      originPathspec: null,
      failure: null,
    });
    expect(await run.parameters()).toEqual({ alpha: 0.5 });
    expect((await run.graph()).start).toBe("start");
  });

  it("gives the end task's artifacts", async () => {
    const run = await stored.client.flow("TrainFlow").latestRun();
    expect(await run.data.score).toBe(0.2);
    expect(await run.data.when).toEqual(new Date(0));
    expect(await run.data.nothing).toBeUndefined();
    await expect(run.data.scores).rejects.toMatchObject({
      code: "MF_NO_SUCH_ARTIFACT",
      message: `Task TrainFlow/${RUN}/end/0 has no artifact 'scores'. Nearest: score, when, nothing.`,
    });
  });

  it("gives its steps in the order of the graph, and counts their tasks", async () => {
    const run = await stored.client.flow("TrainFlow").run("latest");
    expect((await run.steps()).map(({ name }) => name)).toEqual(["start", "train", "refine", "join", "end"]);
    expect(await run.stepCounts()).toEqual([
      { step: "start", successful: 1, failed: 0, running: 0, dead: 0 },
      { step: "train", successful: 3, failed: 0, running: 0, dead: 0 },
      { step: "refine", successful: 4, failed: 0, running: 0, dead: 0 },
      { step: "join", successful: 1, failed: 0, running: 0, dead: 0 },
      { step: "end", successful: 1, failed: 0, running: 0, dead: 0 },
    ]);
  });
});

describe("a step", () => {
  beforeEach(() => addWholeRun(stored));

  it("gives its tasks by address, a page at a time", async () => {
    const step = await stored.client.step(`TrainFlow/${RUN}/refine`);
    expect(await ids(step.tasks())).toEqual(["i0-r0", "i1-r0", "i1-r1", "i2-r0"]);
    const first = await step.tasks({ limit: 3 }).page();
    expect(first.items.map(({ id }) => id)).toEqual(["i0-r0", "i1-r0", "i1-r1"]);
    const second = await step.tasks({ limit: 3, cursor: first.cursor }).page();
    expect(second.items.map(({ id }) => id)).toEqual(["i2-r0"]);
    expect(second.cursor).toBeUndefined();
    expect(await ids(step.tasks({ limit: 2 }))).toEqual(["i0-r0", "i1-r0"]);
  });

  it("may have none yet", async () => {
    await stored.addRun({ runId: "r2", status: "failed" });
    const step = await stored.client.step("TrainFlow/r2/train");
    expect(await ids(step.tasks())).toEqual([]);
    await expect(step.task()).rejects.toMatchObject({
      message: "No task of step TrainFlow/r2/train has started; the run is failed.",
    });
  });
});

describe("a task", () => {
  beforeEach(() => addWholeRun(stored));

  it("says where it stands", async () => {
    const task = await stored.client.task(`TrainFlow/${RUN}/refine/i1-r1`);
    expect(task).toMatchObject({
      pathspec: `TrainFlow/${RUN}/refine/i1-r1`,
      status: "successful",
      currentAttempt: 0,
      index: 1,
      foreach: [{ step: "start", index: 1, splits: 3 }],
      loops: [{ step: "refine", iteration: 1 }],
      startedAt: new Date(START + 1000),
      finishedAt: new Date(START + 2000),
      error: null,
    });
  });

  it.each([
    ["start/0", [], ["train/i0", "train/i1", "train/i2"]],
    ["train/i1", ["start/0"], ["refine/i1-r0"]],
    ["refine/i1-r0", ["train/i1"], ["refine/i1-r1"]],
    ["refine/i1-r1", ["refine/i1-r0"], ["join/0"]],
    ["join/0", ["refine/i0-r0", "refine/i1-r1", "refine/i2-r0"], ["end/0"]],
    ["end/0", ["join/0"], []],
  ])("knows its parents and children: %s", async (path, parents, children) => {
    const task = await stored.client.task(`TrainFlow/${RUN}/${path}`);
    const paths = async (listing: ReturnType<typeof task.parents>) =>
      (await listing.all()).map(({ stepName, id }) => `${stepName}/${id}`);
    expect(await paths(task.parents())).toEqual(parents);
    expect(await paths(task.children())).toEqual(children);
    expect((await task.children().page({ limit: 1 })).items).toHaveLength(Math.min(1, children.length));
  });

  it("tells of artifacts without loading them", async () => {
    const task = await stored.client.task(`TrainFlow/${RUN}/train/i2`);
    const artifacts = task.artifacts().map(({ name, type, size, sha256 }) => ({ name, type, size, inline: !sha256 }));
    expect(artifacts).toEqual([
      { name: "_private", type: "number", size: 1, inline: true },
      { name: "alpha", type: "number", size: 3, inline: true },
      { name: "models", type: "Array", size: 13, inline: true },
      { name: "score", type: "number", size: 3, inline: false },
    ]);
    expect(task.artifact("score").sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await task.artifact("score").value()).toBe(0.2);
    expect(() => task.artifact("scor")).toThrow("has no artifact 'scor'. Nearest: score");
    expect(() => task.artifact("constructor")).toThrow("no artifact 'constructor'");
  });
});

describe("what is not there", () => {
  beforeEach(() => addWholeRun(stored));

  it.each([
    ["run", "TrainFlow", "MF_PATHSPEC_INVALID", "'TrainFlow' is no path of the form Flow/run, as in TrainFlow/latest."],
    [
      "task",
      "TrainFlow/1/start",
      "MF_PATHSPEC_INVALID",
      "'TrainFlow/1/start' is no path of the form Flow/run/step/task, as in TrainFlow/latest/train/i3.",
    ],
    [
      "step",
      "TrainFlow//start",
      "MF_PATHSPEC_INVALID",
      "'TrainFlow//start' is no path of the form Flow/run/step, as in TrainFlow/latest/train.",
    ],
    ["run", "TrianFlow/1", "MF_NO_SUCH_FLOW", "There is no flow 'TrianFlow' in memory://memory. Nearest: TrainFlow."],
    ["run", "TrainFlow/1", "MF_NO_SUCH_RUN", `Flow TrainFlow has no run '1'. Nearest: ${RUN}.`],
    [
      "step",
      `TrainFlow/${RUN}/trian`,
      "MF_NO_SUCH_STEP",
      expect.stringContaining("has no step 'trian'. Nearest: train, "),
    ],
    [
      "task",
      `TrainFlow/${RUN}/train/2`,
      "MF_NO_SUCH_TASK",
      `Step TrainFlow/${RUN}/train has no task '2'. Nearest: i2, i0, i1.`,
    ],
    ["task", `TrainFlow/${RUN}/toString/0`, "MF_NO_SUCH_STEP", expect.stringContaining("has no step 'toString'")],
  ] as const)("%s %s: %s", async (kind, pathspec, code, message) => {
    const found = stored.client[kind](pathspec);
    await expect(found).rejects.toMatchObject({ code, message });
  });

  it("says when nothing has run at all", async () => {
    const { client } = await createStoredRuns();
    await expect(client.flow("TrainFlow").latestRun()).rejects.toMatchObject({
      message: "There is no flow 'TrainFlow': nothing has run yet in memory://memory.",
    });
    expect(await client.flows()).toEqual([]);
    expect(await ids(client.flow("TrainFlow").runs())).toEqual([]);
  });

  it("says when no run was successful", async () => {
    const { client, addRun } = await createStoredRuns();
    await addRun({ status: "failed" });
    await expect(client.flow("TrainFlow").latestSuccessfulRun()).rejects.toMatchObject({
      code: "MF_NO_RUN_YET",
      message: "Flow TrainFlow has no successful run yet in memory://memory.",
    });
  });
});
