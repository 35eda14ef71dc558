/** What reading commands say of runs that really ran. */
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../src/public/client.js";
import { type CliResult, makeTempDir, runCli, startCli, writeFlow } from "../support/cli.js";

const FLOW = `
import { FlowSpec, step, parameter, type Inputs } from "@metaflow-ts/core";

export default class TrainFlow extends FlowSpec {
  @parameter({ help: "index of the item that fails" }) bad = -1;
  @parameter({ help: "seconds that the end takes" }) wait = 0;
  models!: string[];
  score!: number;
  total!: Map<string, number>;
  _private = 1;

  @step start() {
    this.models = ["a", "b", "c"];
    console.log("刺身 means sashimi\\r");
    console.error("\\\\uD83D \\u2028 careful");
    process.stdout.write("half");
    this.next(this.train, { foreach: this.models });
  }
  @step train(model: string) {
    console.log("training", model);
    if (this.index === this.bad) throw new TypeError("no data for " + model);
    this.score = model.charCodeAt(0);
    this.next(this.join);
  }
  @step join(inputs: Inputs<TrainFlow>) {
    this.total = new Map(inputs.map((input) => ["x" + input.score, input.score]));
    this.next(this.end);
  }
  @step async end() {
    for (let second = 0; second < this.wait; second++) {
      console.log("tick", second);
      await new Promise((done) => setTimeout(done, 1000));
    }
    this.score = this.total.size;
  }
}
`;

let folder: string;
let good: string;
let bad: string;
const metaflow = (...words: string[]): Promise<CliResult> => runCli(words, { cwd: folder });
const json = async (...words: string[]) => JSON.parse((await metaflow(...words, "--json")).stdout);

beforeAll(async () => {
  folder = await makeTempDir();
  await mkdir(join(folder, "node_modules/@metaflow-ts"), { recursive: true });
  await symlink(resolve(import.meta.dirname, "../.."), join(folder, "node_modules/@metaflow-ts/core"));
  await writeFlow(folder, "train.ts", FLOW);
  await metaflow("train.ts", "run", "--tag", "nightly");
  await metaflow("train.ts", "run", "--bad", "1", "--max-workers", "1");
  const { runs } = await json("train.ts", "runs");
  [bad, good] = runs.map(({ runId }: { runId: string }) => runId);
});

describe("a successful run", () => {
  it("can be dumped, with and without its flow's file", async () => {
    const { tasks } = await json("train.ts", "dump", `${good}/train`);
    expect(tasks.map(({ pathspec }: { pathspec: string }) => pathspec)).toEqual(
      [0, 1, 2].map((index) => `TrainFlow/${good}/train/i${index}`),
    );
    expect(tasks[2]).toMatchObject({
      step: "train",
      attempt: 0,
      status: "successful",
      foreach: [{ step: "start", index: 2, splits: 3 }],
      originPathspec: null,
      artifacts: { score: { type: "number", value: 99 }, models: { value: ["a", "b", "c"] } },
    });
    expect(tasks[2].artifacts).not.toHaveProperty("_private");
    const { tasks: ends } = await json("dump", `TrainFlow/${good}/end`, "--include", "total");
    expect(ends[0].artifacts.total.value).toEqual({
      $type: "Map",
      entries: [
        ["x97", 97],
        ["x98", 98],
        ["x99", 99],
      ],
    });
  });

  it("kept what its tasks printed, to the character", async () => {
    const { stdout } = await metaflow("train.ts", "logs", `${good}/start`, "--stdout");
    expect(stdout).toBe("刺身 means sashimi\r\nhalf");
    expect((await metaflow("logs", `TrainFlow/${good}/start/0`, "--stderr")).stdout).toBe("\\uD83D \u2028 careful\n");
    expect((await metaflow("train.ts", "logs", `${good}/train`)).stdout).toBe("training a\ntraining b\ntraining c\n");
  });

  it("can be read by a program", async () => {
    const client = await createClient({ datastore: { root: join(folder, ".metaflow") } });
    const run = await client.flow("TrainFlow").latestSuccessfulRun();
    expect(run).toMatchObject({ id: good, status: "successful", userTags: ["nightly"] });
    expect(await run.data.score).toBe(3);
    expect(await run.parameters()).toEqual({ bad: -1, wait: 0 });
    const join0 = await run.task("join");
    expect((await join0.parents().all()).map(({ id }) => id)).toEqual(["i0", "i1", "i2"]);
    const counts = (await run.stepCounts()).map(({ step, successful }) => [step, successful]);
    expect(counts).toEqual([
      ["start", 1],
      ["train", 3],
      ["join", 1],
      ["end", 1],
    ]);
    expect(counts.reduce((sum, [, tasks]) => sum + Number(tasks), 0)).toBe(run.counts?.successful);
  });
});

describe("a failed run", () => {
  it("says why, in status, dump and logs", async () => {
    const { code, stdout } = await metaflow("train.ts", "status", bad);
    expect(code).toBe(0);
    expect(stdout).toContain(`TrainFlow/${bad}  failed`);
    expect(stdout).toContain("train  1 successful, 1 failed");
    expect(stdout).toContain(`TrainFlow/${bad}/train/i1\n    TypeError: no data for b`);
    expect(stdout).toContain(`metaflow train.ts resume --origin-run-id ${bad}`);
    const status = await json("status", `TrainFlow/${bad}`);
    expect(status.failed).toMatchObject([
      { pathspec: `TrainFlow/${bad}/train/i1`, error: { message: "no data for b" } },
    ]);
    const { tasks } = await json("train.ts", "dump", `${bad}/train/i1`);
    expect(tasks).toMatchObject([{ status: "failed", error: { type: "TypeError" }, artifacts: { models: {} } }]);
    expect((await metaflow("train.ts", "logs", `${bad}/train/i1`)).stdout).toContain("training b\n");
  });

  it("shares logs and results with the run that resumed it", async () => {
    await metaflow("train.ts", "resume", "--origin-run-id", bad, "--max-workers", "1");
    const { run, steps } = await json("train.ts", "status");
    expect(run).toMatchObject({ originPathspec: `TrainFlow/${bad}`, counts: { carriedOver: 2 } });
    expect(steps).toMatchObject([
      { step: "start", successful: 1 },
      { step: "train", successful: 1 },
    ]);
    expect((await metaflow("train.ts", "logs", "latest/start", "--stdout")).stdout).toBe("刺身 means sashimi\r\nhalf");
    const { tasks } = await json("train.ts", "dump", "latest/start");
    expect(tasks).toMatchObject([{ originPathspec: `TrainFlow/${bad}/start/0` }]);
  });
});

it("a run that goes on can be watched", async () => {
  const started = startCli(["train.ts", "run", "--wait", "4"], { cwd: folder });
  await started.waitFor("tick 0");
  const { run } = await json("train.ts", "status");
  expect(run).toMatchObject({ status: "running", finishedAt: null, counts: null });
  const followed = await metaflow("logs", `${run.pathspec}/end`, "--follow", "--stdout");
  expect(followed.stdout).toBe("tick 0\ntick 1\ntick 2\ntick 3\n");
  expect((await started.result).code).toBe(0);
});

it.each([
  [["dump", "nowhere"], 2, "is no path of the form <run>/<step>[/<task>], as in latest/train."],
  [["dump", "1/start"], 1, "Flow TrainFlow has no run '1'. Nearest: "],
  [["logs", "latest/trian"], 1, "has no step 'trian'. Nearest: train, "],
  [["logs", "latest/train/7"], 1, "has no task '7'. Nearest: i0, "],
])(
  "a wrong path is one line, and the exit code says what is wrong with it: %s, %i",
  async (words, expected, message) => {
    const { code, stderr, stdout } = await metaflow("train.ts", ...words);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stdout).toBe("");
    expect(code).toBe(expected);
  },
);

it("without a flow's name all flows are meant, and the run that started last", async () => {
  await writeFlow(folder, "other.ts", FLOW.replaceAll("TrainFlow", "OtherFlow"));
  await metaflow("other.ts", "run");
  const { runs, cursor } = await json("runs");
  expect(runs[0].flow).toBe("OtherFlow");
  expect(runs.map(({ runId }: { runId: string }) => runId)).toContain(good);
  expect(cursor).toBeNull();
  expect((await json("status")).run.flow).toBe("OtherFlow");
  expect((await json("status", "latest")).run.flow).toBe("OtherFlow");
  expect((await json("status", "TrainFlow/latest")).run.flow).toBe("TrainFlow");
  const { tasks } = await json("dump", "latest/end");
  expect(tasks[0].pathspec).toMatch(/^OtherFlow\//);
  expect((await metaflow("dump", "latest")).stderr).toContain(
    "'latest' is no path of the form Flow/<run>/<step>[/<task>], as in TrainFlow/latest/train.",
  );
  expect((await metaflow("runs", "--cursor", "x")).stderr).toContain("name one of OtherFlow, TrainFlow.");
});
