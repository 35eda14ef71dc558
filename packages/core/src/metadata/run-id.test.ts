import { expect, it } from "vitest";
import { newRunId } from "./run-id.js";

it("is the time in microseconds, 16 digits", () => {
  const before = Date.now();
  const id = newRunId();
  expect(id).toMatch(/^\d{16}$/);
  expect(Number(id) / 1000).toBeGreaterThanOrEqual(before);
  expect(Number(id) / 1000).toBeLessThan(Date.now() + 2);
});

it("grows with every call, also where the clock stands still or goes back", () => {
  const ids = Array.from({ length: 1000 }, () => newRunId());
  const now = Number(ids.at(-1)) + 1_000_000;
  ids.push(newRunId(now), newRunId(now), newRunId(now - 5_000_000));
  expect(ids).toEqual([...new Set(ids)].toSorted());
});
