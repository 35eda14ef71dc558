import fc from "fast-check";
import { expect, it } from "vitest";
import { checkKey, compareUtf8, sortUtf8 } from "./check-key.js";

const anyText = fc.string({ unit: "binary", maxLength: 8 });

it("compares as UTF-8 bytes do", () => {
  fc.assert(
    fc.property(anyText, anyText, (a, b) => {
      const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
      expect(Math.sign(compareUtf8(a, b))).toBe(expected);
    }),
  );
});

it("sorts as UTF-8 bytes do", () => {
  fc.assert(
    fc.property(fc.array(anyText), (names) => {
      const expected = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(sortUtf8([...names])).toEqual(expected);
    }),
  );
});

it("accepts only keys whose parts stay where they are", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", ".", "/", "\\", "\0", "é", "!") }), (key) => {
      const parts = key.split("/");
      const isValid = !/[\0\\]/.test(key) && parts.every((part) => !["", ".", ".."].includes(part));
      if (isValid) expect(() => checkKey(key)).not.toThrow();
      else expect(() => checkKey(key)).toThrow(expect.objectContaining({ code: "MF_DATASTORE_KEY_INVALID" }));
    }),
  );
});
