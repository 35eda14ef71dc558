/** The reading commands as somebody types them, on records that were written directly. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addWholeRun, createStoredRuns, error, RUN, START } from "../../../test/support/stored-runs.js";
import { blobKey } from "../../datastore/key-layout.js";
import { createLocalDatastore } from "../../datastore/local-datastore.js";
import { main } from "../main.js";

let folder: string;
const FAILED = String((START + 60_000) * 1000);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "metaflow-reading-"));
  const stored = await createStoredRuns(createLocalDatastore(join(folder, ".metaflow")));
  await addWholeRun(stored, { tags: ["nightly"] });
  await stored.log("start", "0", 0, 0, [
    ["stdout", "hello"],
    ["stderr", "careful"],
    ["stdout", "half…"],
  ]);
  for (const index of [0, 1, 2]) await stored.log("train", `i${index}`, 0, 0, [["stdout", `of ${index}`]]);
  const failure = { task: "train/i1", error: { ...error("no data\nat all"), stack: ["train (train.ts:3:5)"] } };
  await stored.addRun({
    runId: FAILED,
    startedAt: START + 60_000,
    finishedAt: START + 62_500,
    status: "failed",
    failure,
    counts: { successful: 2, carriedOver: 0, failed: 1 },
  });
  await stored.commit("start", "0", { runId: FAILED });
  await stored.commit("train", "i0", { runId: FAILED });
  const foreach = [{ step: "start", index: 1, splits: 2 }];
  const artifacts = await stored.refs({ half: [1, undefined] });
  await stored.fail("train", "i1", 0, "no network", { runId: FAILED, foreach });
  await stored.fail("train", "i1", 1, "no data", { runId: FAILED, foreach, artifacts });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function metaflow(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const environment = { METAFLOW_HOME: join(folder, "none") };
  const code = await main({ words, cwd: folder, environment, stdout, stderr });
  const text = (stream: PassThrough): string => stream.read()?.toString("utf8") ?? "";
  return { code, out: text(stdout), err: text(stderr) };
}

describe("dump", () => {
  it("prints tasks in index order as one document", async () => {
    const { code, out } = await metaflow("dump", `TrainFlow/${RUN}/train`, "--json", "--include", "score,models");
    expect(code).toBe(0);
    const { tasks } = JSON.parse(out);
    expect(tasks.map((task: { pathspec: string }) => task.pathspec)).toEqual(
      [0, 1, 2].map((index) => `TrainFlow/${RUN}/train/i${index}`),
    );
    expect(tasks[1]).toEqual({
      pathspec: `TrainFlow/${RUN}/train/i1`,
      step: "train",
      task: "i1",
      attempt: 0,
      status: "successful",
      startedAt: START + 1000,
      finishedAt: START + 2000,
      foreach: [{ step: "start", index: 1, splits: 3 }],
      loops: [],
      parallel: null,
      originPathspec: null,
      error: null,
      metadata: {},
      artifacts: {
        models: { type: "Array", size: 13, sha256: null, value: ["a", "b", "c"] },
        score: { type: "number", size: 3, sha256: expect.any(String), value: 0.1 },
      },
    });
  });

  it("tags values that JSON cannot hold", async () => {
    const { out } = await metaflow("dump", `TrainFlow/${RUN}/end/0`, "--json");
    expect(JSON.parse(out).tasks[0].artifacts).toMatchObject({
      nothing: { type: "undefined", value: { $type: "undefined" } },
      when: { type: "Date", value: { $type: "Date", value: "1970-01-01T00:00:00.000Z" } },
    });
  });

  it("prints a table for people", async () => {
    const { out } = await metaflow("dump", `TrainFlow/${RUN}/train/i0`);
    expect(out).toBe(
      [
        `TrainFlow/${RUN}/train/i0  successful, item 0 of 3 from start`,
        "  alpha   number  3 B   0.5",
        "  models  Array   13 B  [ 'a', 'b', 'c' ]",
        "  score   number  1 B   0",
        "",
      ].join("\n"),
    );
  });

  it("keeps private names and large values for who asks", async () => {
    const path = `TrainFlow/${RUN}/start/0`;
    expect((await metaflow("dump", path)).out).not.toContain("_private");
    expect((await metaflow("dump", path, "--private")).out).toContain("_private");
    expect((await metaflow("dump", path, "--include", "_private")).out).toContain("_private  number  1 B  1");
    expect((await metaflow("dump", path, "--max-value-size", "3")).out).toContain("(too large; see --max-value-size)");
    const names = await metaflow("dump", path, "--max-value-size", "0");
    expect(names.out).toContain("  models  Array   13 B\n");
    const json = await metaflow("dump", path, "--json", "--max-value-size", "3");
    expect(JSON.parse(json.out).tasks[0].artifacts).toEqual({
      alpha: { type: "number", size: 3, sha256: null, value: 0.5 },
      models: { type: "Array", size: 13, sha256: null },
    });
  });

  it("shows failed tasks with their error", async () => {
    const { out, code } = await metaflow("dump", "TrainFlow/latest/train", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out).tasks).toMatchObject([
      { task: "i0", status: "successful" },
      {
        task: "i1",
        status: "failed",
        attempt: 1,
        error: { message: "no data" },
        artifacts: { half: { type: "Array" } },
      },
    ]);
    expect((await metaflow("dump", "TrainFlow/latest/train/i1")).out).toContain("TypeError: no data");
  });
});

it("dump shows the other artifacts where one cannot be read, and fails", async () => {
  const root = join(folder, "damaged");
  const stored = await createStoredRuns(createLocalDatastore(root));
  await addWholeRun(stored);
  const { sha256 } = (await stored.client.task(`TrainFlow/${RUN}/train/i2`)).artifact("score");
  await stored.datastore.delete(blobKey(sha256 ?? ""));
  const path = ["dump", `TrainFlow/${RUN}/train/i2`, "--datastore-root", root];
  const { code, out, err } = await metaflow(...path, "--json");
  expect(code).toBe(1);
  expect(err).toContain("score");
  expect(JSON.parse(out).tasks[0].artifacts).toMatchObject({
    alpha: { value: 0.5 },
    score: { type: "number", error: { code: "MF_BLOB_MISSING" } },
  });
  expect((await metaflow(...path)).out).toContain("alpha   number  3 B   0.5");
});

describe("logs", () => {
  it("prints both streams, or one, as they were", async () => {
    expect((await metaflow("logs", `TrainFlow/${RUN}/start`, "--quiet")).out).toBe("hello\ncareful\nhalf…");
    expect((await metaflow("logs", `TrainFlow/${RUN}/start/0`, "--stdout")).out).toBe("hello\nhalf…");
    expect((await metaflow("logs", `TrainFlow/${RUN}/start/0`, "--stderr", "--tail", "5")).out).toBe("careful\n");
    const timed = await metaflow("logs", `TrainFlow/${RUN}/start/0`, "--timestamps", "--stderr", "--follow");
    expect(timed.out).toBe("2026-01-02T03:04:05.001Z careful\n");
  });

  it("prints tasks in index order, and says on stderr where one begins", async () => {
    const { out, err } = await metaflow("logs", `TrainFlow/${RUN}/train`);
    expect(out).toBe("of 0\nof 1\nof 2\n");
    expect(err).toBe([0, 1, 2].map((index) => `TrainFlow/${RUN}/train/i${index}\n`).join(""));
    const whole = await metaflow("logs", `TrainFlow/${RUN}`);
    expect(whole.out).toBe("hello\ncareful\nhalf…\nof 0\nof 1\nof 2\n");
  });

  it("prints a line of JSON for each", async () => {
    const { out } = await metaflow("logs", `TrainFlow/${RUN}/start/0`, "--json");
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines[2]).toEqual({
      at: START + 2,
      pathspec: `TrainFlow/${RUN}/start/0`,
      step: "start",
      task: "0",
      attempt: 0,
      stream: "stdout",
      line: "half…",
      terminated: false,
    });
  });
});

describe("runs", () => {
  it("lists the newest first", async () => {
    const { out } = await metaflow("runs", "--json");
    const { runs, cursor } = JSON.parse(out);
    expect(cursor).toBeNull();
    expect(runs).toMatchObject([
      { pathspec: `TrainFlow/${FAILED}`, status: "failed", failure: { pathspec: `TrainFlow/${FAILED}/train/i1` } },
      { pathspec: `TrainFlow/${RUN}`, status: "successful", startedAt: START, tags: ["nightly"] },
    ]);
    const { out: table } = await metaflow("runs", "TrainFlow", "--tag", "nightly");
    expect(table).toMatch(
      new RegExp(
        `^run +status +started +took +user +tags\nTrainFlow/${RUN} +successful +\\S+ \\S+ +1 min 1 s +ada +nightly\n$`,
      ),
    );
  });

  it("gives pages", async () => {
    const first = JSON.parse((await metaflow("runs", "--limit", "1", "--json")).out);
    const second = JSON.parse((await metaflow("runs", "--limit", "1", "--json", "--cursor", first.cursor)).out);
    expect([...first.runs, ...second.runs].map(({ runId }) => runId)).toEqual([FAILED, RUN]);
    expect((await metaflow("runs", "--status", "running")).err).toBe("No such run.\n");
    expect((await metaflow("runs", "--since", "1h")).out).toBe("");
    expect((await metaflow("runs", "--since", "2026-01-01", "--status", "failed,dead")).out).toContain(FAILED);
    expect((await metaflow("runs", "--since", "yesterday")).code).toBe(2);
  });
});

describe("status", () => {
  it("tells of a run in one screen", async () => {
    const { out, code } = await metaflow("status");
    expect(code).toBe(0);
    expect(out.replace(/started .*/, "started …")).toBe(`TrainFlow/${FAILED}  failed
  started …
  user     ada
  tasks    2 successful, 1 failed

Steps
  start  1 successful
  train  1 successful, 1 failed

Failed
  TrainFlow/${FAILED}/train/i1
    TypeError: no data
    at all
    train (train.ts:3:5)

Next
  metaflow logs TrainFlow/${FAILED}/train/i1
`);
  });

  it("is data on demand", async () => {
    const { out } = await metaflow("status", `TrainFlow/${FAILED}`, "--json");
    expect(JSON.parse(out)).toMatchObject({
      run: { pathspec: `TrainFlow/${FAILED}`, status: "failed", counts: { failed: 1 } },
      steps: [
        { step: "start", successful: 1 },
        { step: "train", successful: 1, failed: 1 },
      ],
      failed: [{ pathspec: `TrainFlow/${FAILED}/train/i1`, attempt: 1, error: { message: "no data" } }],
      moreFailed: false,
      running: [],
    });
  });
});

describe("a wrong path", () => {
  it.each([
    [
      ["dump", "TrainFlow/1"],
      "'TrainFlow/1' is no path of the form Flow/<run>/<step>[/<task>], as in TrainFlow/latest/train.",
    ],
    [
      ["dump", `TrainFlow/${RUN}/a/b/c`],
      `'TrainFlow/${RUN}/a/b/c' is no path of the form Flow/<run>/<step>[/<task>], as in TrainFlow/latest/train.`,
    ],
    [["dump", "latest"], "'latest' is no path of the form Flow/<run>/<step>[/<task>], as in TrainFlow/latest/train."],
    [["dump", "TrainFlow/1/start"], `Flow TrainFlow has no run '1'. Nearest: ${FAILED}, ${RUN}.`],
    [["dump", `TrainFlow/${RUN}/strat`], "has no step 'strat'. Nearest: start, "],
    [["logs", `TrainFlow/${RUN}/train/i9`], "has no task 'i9'. Nearest: i0, i1, i2."],
    [["logs", "TrainFlow/latest/join"], `No task of step TrainFlow/${FAILED}/join has started`],
    [["logs", `TrainFlow/${RUN}/start`, "--attempt", "7"], "has no attempt 7; it has 0."],
    [["dump", `TrainFlow/${RUN}/start`, "--include", "modles"], "has no artifact 'modles'. Nearest: models, "],
    [["status", "TrianFlow"], "There is no flow 'TrianFlow' in "],
    [["runs", "TrianFlow"], "There is no flow 'TrianFlow' in "],
    [["runs", "TrianFlow/1"], "'TrianFlow/1' is no path of the form Flow, as in TrainFlow."],
  ])("is answered in one line: %s", async (words, message) => {
    const { code, err, out } = await metaflow(...words);
    expect(err).toContain(message);
    expect(code).toBe(message.includes("is no path") ? 2 : 1);
    if (!words.includes("--include")) expect(out).toBe("");
  });

  it("is one where nothing has run", async () => {
    const { code, err } = await metaflow("status", "--datastore-root", join(folder, "empty"));
    expect(err).toContain(`Nothing has run yet in ${join(folder, "empty")}.`);
    expect(code).toBe(1);
  });
});
