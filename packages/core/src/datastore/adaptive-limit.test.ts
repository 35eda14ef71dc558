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
