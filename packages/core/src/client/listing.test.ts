import { expect, it } from "vitest";
import { Listing } from "./listing.js";

const numbers = Array.from({ length: 250 }, (_, k) => k);
const listing = (limit?: number) =>
  new Listing(
    async (size, cursor = "0") => {
      const from = Number(cursor);
      const items = numbers.slice(from, from + size);
      return { items, cursor: from + size < numbers.length ? String(from + size) : undefined };
    },
    { limit },
  );

it("leads from page to page by cursors that say nothing", async () => {
  const first = await listing().page({ limit: 100 });
  expect(first.cursor).toMatch(/^[\w-]+$/);
  expect(first.cursor).not.toBe("100");
  const second = await listing().page({ limit: 200, cursor: first.cursor });
  expect([second.items[0], second.items.length, second.cursor]).toEqual([100, 150, undefined]);
});

it("gives all items, or as many as the limit says", async () => {
  expect(await listing().all()).toEqual(numbers);
  expect(await listing(120).all()).toEqual(numbers.slice(0, 120));
});

it.each(["", "garbage", "100", Buffer.from("100").toString("base64url")])("refuses %j as a cursor", async (cursor) => {
  await expect(listing().page({ cursor })).rejects.toMatchObject({ code: "MF_PAGE_CURSOR_INVALID" });
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as a limit", async (limit) => {
  await expect(listing().page({ limit })).rejects.toMatchObject({ code: "MF_PAGE_LIMIT_INVALID" });
  await expect(listing(limit).all()).rejects.toMatchObject({ code: "MF_PAGE_LIMIT_INVALID" });
});
