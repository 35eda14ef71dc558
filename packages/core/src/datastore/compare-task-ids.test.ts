import fc from "fast-check";
import { expect, it } from "vitest";
import { compareTaskIds, sortTaskIds } from "./compare-task-ids.js";

it("orders by numbers, outermost first", () => {
  const sorted = ["0", "i0", "i0-r2", "i2-i0", "i2-i10", "i3-r0-i2", "i3-r1-i0", "i10", "r11"];
  expect(sortTaskIds(sorted.toReversed())).toEqual(sorted);
});

it("sorts addresses as their numbers sort", () => {
  const address = fc.array(fc.nat(200), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(address, address, (a, b) => {
      const idOf = ([i, j, k]: number[]) => `i${i}-r${j}-i${k}`;
      const first = a.findIndex((value, i) => value !== b[i]);
      const expected = first < 0 ? 0 : Math.sign((a[first] ?? 0) - (b[first] ?? 0));
      expect(Math.sign(compareTaskIds(idOf(a), idOf(b)))).toBe(expected);
    }),
  );
});

it("is a total order on any text", () => {
  const id = fc.oneof(fc.string({ maxLength: 6 }), fc.stringMatching(/^(i\d{1,2}-?){1,3}$/));
  fc.assert(
    fc.property(id, id, id, (a, b, c) => {
      expect(compareTaskIds(a, b) === 0).toBe(a === b);
      expect(Math.sign(compareTaskIds(a, b)) + Math.sign(compareTaskIds(b, a))).toBe(0);
      if (compareTaskIds(a, b) <= 0 && compareTaskIds(b, c) <= 0) expect(compareTaskIds(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
