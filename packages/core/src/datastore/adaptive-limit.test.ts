import { describe, expect, it } from "vitest";
import { createAdaptiveLimit } from "./adaptive-limit.js";

const settled = () => new Promise((done) => setImmediate(done));

describe("createAdaptiveLimit", () => {
  it("admits so many at once, first come, first served", async () => {
    const limit = createAdaptiveLimit(2);
    const order: number[] = [];
    const enter = async (n: number) => {
      await limit.enter(undefined);
      order.push(n);
    };
    const all = [1, 2, 3, 4].map(enter);
    await settled();
    expect(order).toEqual([1, 2]);
    limit.leave();
    await settled();
    expect(order).toEqual([1, 2, 3]);
    limit.leave();
    await Promise.all(all);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it("halves once for all calls that one overload answered, and grows by one a round", () => {
    let now = 0;
    const limit = createAdaptiveLimit(64, () => now);
    now = 10;
    for (let i = 0; i < 64; i++) limit.shrink(5);
    expect(limit.current).toBe(32);
    now = 20;
    limit.shrink(15);
    expect(limit.current).toBe(16);
    for (let i = 0; i < 17; i++) limit.grow();
    expect(limit.current).toBe(17);
    for (let i = 0; i < 10; i++) limit.shrink(++now);
    expect(limit.current).toBe(1);
    for (let i = 0; i < 10_000; i++) limit.grow();
    expect(limit.current).toBe(64);
  });

  it("lets calls begin apart once the store asked for less, and forgets who no longer waits for it", async () => {
    let now = 0;
    const limit = createAdaptiveLimit(64, () => now);
    await limit.enter(undefined);
    for (now = 1000; now < 21_000; now += 100) limit.grow();
    limit.shrink(now);
    const begun: number[] = [];
    const enter = (signal?: AbortSignal) => limit.enter(signal).then(() => begun.push(now));
    const controller = new AbortController();
    const all = [enter(), enter(controller.signal), enter()];
    await settled();
    expect(begun).toEqual([now]);
    controller.abort(new Error("no longer wanted"));
    await expect(all[1]).rejects.toThrow("no longer wanted");
    // Ten a second were taken, so eight are asked for.
    const from = now;
    for (; begun.length < 2 && now < from + 1000; now++) {
      limit.leave();
      await settled();
    }
    expect((begun[1] ?? 0) - from).toBeCloseTo(125, -1);
    await Promise.all([all[0], all[2]]);
  });

  it("forgets who no longer waits", async () => {
    const limit = createAdaptiveLimit(1);
    await limit.enter(undefined);
    const controller = new AbortController();
    const waiting = limit.enter(controller.signal);
    const next = limit.enter(undefined);
    controller.abort(new Error("no longer wanted"));
    await expect(waiting).rejects.toThrow("no longer wanted");
    limit.leave();
    await next;
  });
});
