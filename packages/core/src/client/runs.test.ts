import { beforeEach, describe, expect, it } from "vitest";
import { createStoredRuns, RUN, START, type StoredRuns } from "../../test/support/stored-runs.js";
import { createClient } from "./create-client.js";
import type { RunQuery } from "./types.js";

const DAY = 86_400_000;
let stored: StoredRuns;

/** Twelve runs, a day apart: every third failed, every fourth is tagged. */
beforeEach(async () => {
  stored = await createStoredRuns();
  for (let day = 0; day < 12; day += 1) {
    const startedAt = START + day * DAY;
    await stored.addRun({
      runId: String(startedAt * 1000),
      startedAt,
      status: day % 3 === 0 ? "failed" : "successful",
      tags: day % 4 === 0 ? ["nightly", "big"] : ["big"],
    });
  }
});

const days = async (query: RunQuery) =>
  (await stored.client.flow("TrainFlow").runs(query).all()).map((run) => (run.startedAt.getTime() - START) / DAY);

describe("runs", () => {
  it("come newest first", async () => {
    expect(await days({})).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await days({ limit: 2 })).toEqual([11, 10]);
    const flow = stored.client.flow("TrainFlow");
    expect((await flow.latestRun()).startedAt).toEqual(new Date(START + 11 * DAY));
    expect((await stored.client.flows()).map(({ name }) => name)).toEqual(["TrainFlow"]);
  });

  it("can be chosen", async () => {
    expect(await days({ status: "failed" })).toEqual([9, 6, 3, 0]);
    expect(await days({ status: ["failed", "successful"], limit: 1 })).toEqual([11]);
    expect(await days({ tags: ["nightly", "user:ada"] })).toEqual([8, 4, 0]);
    expect(await days({ tags: ["nightly", "small"] })).toEqual([]);
    expect(await days({ since: new Date(START + 9 * DAY) })).toEqual([11, 10, 9]);
    expect(await days({ until: new Date(START + 2 * DAY) })).toEqual([1, 0]);
    expect(
      await days({ since: new Date(START + 3 * DAY), until: new Date(START + 10 * DAY), status: "failed" }),
    ).toEqual([9, 6, 3]);
  });

  it.each([{}, { status: "failed" as const }, { tags: ["nightly"] }])(
    "come in pages that fit together: %j",
    async (query) => {
      const flow = stored.client.flow("TrainFlow");
      const all = await days(query);
      for (const limit of [1, 2, 5, 12, 13]) {
        const seen: number[] = [];
        let cursor: string | undefined;
        do {
          const page = await flow.runs({ ...query, limit, cursor }).page();
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items.map((run) => (run.startedAt.getTime() - START) / DAY));
          cursor = page.cursor;
          // A run that starts meanwhile belongs to pages that are past.
          if (seen.length === 2) await stored.addRun({ runId: `n${limit}`, startedAt: START + 99 * DAY + limit });
        } while (cursor !== undefined);
        expect(seen.filter((day) => day < 99)).toEqual(all);
      }
    },
  );
});

describe("a damaged run", () => {
  const id = (day: number) => String((START + day * DAY) * 1000);
  const damage = (key: string) => stored.datastore.put(key, Buffer.from('{"version": 1, "flow": "Tr'));
  beforeEach(() => damage(`flows/TrainFlow/runs/${id(11)}/run.json`));
  const flow = () => stored.client.flow("TrainFlow");

  it("hides no other in a list, and says there what is wrong", async () => {
    expect(await days({})).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    expect(await days({ since: new Date(START + 9 * DAY), limit: 2 })).toEqual([11, 10]);
    const [run] = await flow().runs({ limit: 1 }).all();
    expect(run).toMatchObject({
      id: id(11),
      status: "unreadable",
      failure: { pathspec: null, error: { code: "MF_RECORD_CORRUPT", fix: expect.stringContaining("backup") } },
    });
    await expect(run?.graph()).rejects.toMatchObject({ code: "MF_RECORD_CORRUPT" });
    await expect(run?.parameters()).rejects.toMatchObject({ code: "MF_RECORD_CORRUPT" });
  });

  it("is chosen by its status only", async () => {
    expect(await days({ status: "unreadable" })).toEqual([11]);
    expect(await days({ status: ["failed", "successful"], limit: 2 })).toEqual([10, 9]);
    expect(await days({ tags: ["big"], limit: 1 })).toEqual([10]);
    expect((await flow().latestSuccessfulRun()).id).toBe(id(10));
  });

  it("is an error where it alone is meant", async () => {
    const expected = { code: "MF_RECORD_CORRUPT", fix: expect.stringContaining("cannot be read or resumed any more") };
    await expect(flow().latestRun()).rejects.toMatchObject(expected);
    await expect(flow().run(id(11))).rejects.toMatchObject(expected);
  });

  it.each([
    ["format.json", /next run writes it again/],
    [`flows/TrainFlow/runs/${RUN}/tasks/end/0.json`, /the task is then done again/],
  ])("has another remedy than %s", async (key, fix) => {
    await damage(key);
    const client = await createClient({ datastore: stored.datastore });
    const reading = client.task(`TrainFlow/${RUN}/end/0`).then((task) => task.data.score);
    await expect(reading).rejects.toMatchObject({ code: "MF_RECORD_CORRUPT", fix: expect.stringMatching(fix) });
  });
});
