import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { ObjectClient } from "../contracts/object-client.js";
import { createAdaptiveLimit } from "./adaptive-limit.js";
import { createObjectCalls, type ObjectCall } from "./object-calls.js";

const about: ObjectCall = { action: "read", key: "key", signal: undefined };
const budget = { tries: 2, total: 100, base: 1, cap: 4, idle: 1000 };

function createCalls(onThrottled?: () => void) {
  const client: Pick<ObjectClient, "classify"> = { classify: () => ({ kind: "throttled", reason: "SlowDown" }) };
  const limit = createAdaptiveLimit(4);
  // Only the budget is looked at here; how fast calls begin is the limit's own.
  vi.spyOn(limit, "shrink").mockImplementation(() => {});
  return createObjectCalls(client as ObjectClient, { root: "s3://bucket", prefix: "", budget, limit, onThrottled });
}

describe("createObjectCalls", () => {
  it("gives a call up that is throttled all the time, while no other succeeds", async () => {
    const { call } = createCalls();
    const throttled = call(about, () => Promise.reject(new Error()));
    await expect(throttled).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  });

  it("does not give it up while others succeed, and tells each time", async () => {
    const onThrottled = vi.fn();
    const { call } = createCalls(onThrottled);
    const startedAt = performance.now();
    let refused = 0;
    const throttled = call(about, async () => {
      if (performance.now() - startedAt > 4 * budget.total) return "value";
      refused++;
      throw new Error();
    });
    for (let i = 0; i < 50; i++) {
      await call(about, () => Promise.resolve(i));
      await sleep(budget.total / 10);
    }
    expect(await throttled).toEqual({ kind: "done", value: "value" });
    expect(onThrottled).toHaveBeenCalledTimes(refused);
  });
});
