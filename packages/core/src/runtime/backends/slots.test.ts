import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createSlots } from "./slots.js";

it("gives so many slots, in the order in which they were asked for", async () => {
  const { take } = createSlots(2);
  const got: number[] = [];
  const releases: (() => void)[] = [];
  const ask = (i: number) =>
    take().then((release) => {
      got.push(i);
      releases.push(release);
    });
  for (let i = 0; i < 5; i++) void ask(i);
  await turn();
  expect(got).toEqual([0, 1]);
  releases[1]?.();
  await turn();
  expect(got).toEqual([0, 1, 2]);
  for (const release of releases.splice(0, 1)) release();
  for (const release of releases.splice(1, 1)) release();
  await turn();
  expect(got).toEqual([0, 1, 2, 3, 4]);
});
