import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { mapBounded } from "./map-bounded.js";

it("keeps the order and the bound", async () => {
  let underWay = 0;
  let most = 0;
  const results = await mapBounded([5, 1, 4, 2, 3], 2, async (item, index) => {
    most = Math.max(most, ++underWay);
    await delay(item);
    underWay--;
    return item * 10 + index;
  });
  expect(results).toEqual([50, 11, 42, 23, 34]);
  expect(most).toBe(2);
  expect(await mapBounded([], 2, async () => 1)).toEqual([]);
});

it("starts nothing more after a failure", async () => {
  const started: number[] = [];
  const mapping = mapBounded([0, 1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    await delay(5);
    if (item === 1) throw new Error("item 1");
  });
  await expect(mapping).rejects.toThrow("item 1");
  await delay(20);
  expect(started.length).toBeLessThanOrEqual(4);
});

it("gives others a turn, even where everything is ready at once", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const busy = async () => {
    for (const until = performance.now() + 1; performance.now() < until; );
  };
  await mapBounded(Array(200).fill(0), 32, busy);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(8);
});
