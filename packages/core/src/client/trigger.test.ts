import { beforeEach, describe, expect, it } from "vitest";
import { createStoredRuns, RUN, START, type StoredRuns } from "../../test/support/stored-runs.js";
import type { TriggerRecord } from "../contracts/trigger.js";

const HOUR = 3_600_000;
const payload = {};
const triggers: readonly TriggerRecord[] = [
  { type: "run", name: "TrainFlow", id: `TrainFlow/${RUN}`, at: START - 2 * HOUR, payload },
  { type: "event", name: "data.arrived", id: "e-1", at: START - HOUR, payload: { table: "orders" } },
  { type: "run", name: "GoneFlow", id: "GoneFlow/1", at: START - 3 * HOUR, payload },
];

let stored: StoredRuns;
beforeEach(async () => {
  stored = await createStoredRuns();
  await stored.addRun({ runId: RUN });
  await stored.addRun({ runId: `${RUN}1`, startedAt: START + HOUR, triggers });
});

describe("the trigger of a run", () => {
  it("is null where somebody started it", async () => {
    expect((await stored.client.run(`TrainFlow/${RUN}`)).trigger).toBeNull();
  });

  it("has its events, newest first", async () => {
    const { trigger } = await stored.client.run(`TrainFlow/${RUN}1`);
    expect(trigger?.events.map(({ id }) => id)).toEqual(["e-1", `TrainFlow/${RUN}`, "GoneFlow/1"]);
    expect([...(trigger ?? [])]).toEqual(trigger?.events);
    expect(trigger?.event).toEqual({
      ...{ type: "event", name: "data.arrived", id: "e-1" },
      timestamp: new Date(START - HOUR),
      payload: { table: "orders" },
    });
    expect(trigger?.get("data.arrived")?.payload).toEqual({ table: "orders" });
    expect([trigger?.has("TrainFlow"), trigger?.has("OtherFlow"), trigger?.get("OtherFlow")]).toEqual([
      ...[true, false, undefined],
    ]);
  });

  it("reads its runs when they are asked for", async () => {
    const { trigger } = await stored.client.run(`TrainFlow/${RUN}1`);
    expect((await trigger?.run)?.pathspec).toBe(`TrainFlow/${RUN}`);
    expect((await trigger?.runOf("TrainFlow"))?.id).toBe(RUN);
    expect(await trigger?.runOf("OtherFlow")).toBeUndefined();
    await expect(trigger?.runOf("GoneFlow")).rejects.toThrow(expect.objectContaining({ code: "MF_NO_SUCH_FLOW" }));
    await expect(trigger?.runs).rejects.toThrow(expect.objectContaining({ code: "MF_NO_SUCH_FLOW" }));
  });

  it("has no run where it has events alone", async () => {
    await stored.addRun({ runId: `${RUN}2`, startedAt: START + HOUR, triggers: triggers.slice(1, 2) });
    const { trigger } = await stored.client.run(`TrainFlow/${RUN}2`);
    expect(await trigger?.run).toBeUndefined();
    expect(await trigger?.runs).toEqual([]);
  });
});
