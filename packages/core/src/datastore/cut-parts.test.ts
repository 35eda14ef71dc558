import fc from "fast-check";
import { expect, it } from "vitest";
import { cutParts } from "./cut-parts.js";

it("cuts any chunks into parts of the asked sizes, which together are the chunks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 })),
      fc.integer({ min: 1, max: 9 }),
      async (chunks, size) => {
        const sizeOf = (number: number) => size + (number % 3);
        const parts = [];
        for await (const part of cutParts(chunks, sizeOf)) parts.push(part);
        expect(Buffer.concat(parts.map(({ bytes }) => bytes))).toEqual(Buffer.concat(chunks));
        expect(parts.map(({ number }) => number)).toEqual(parts.map((_, i) => i + 1));
        expect(parts.map(({ isLast }) => isLast)).toEqual(parts.map((_, i) => i === parts.length - 1));
        for (const { number, bytes, isLast } of parts) {
          if (!isLast) expect(bytes.length).toBe(sizeOf(number));
          else if (number > 1) expect(bytes.length).toBeGreaterThan(0);
          expect(bytes.length).toBeLessThanOrEqual(sizeOf(number));
        }
      },
    ),
  );
});
