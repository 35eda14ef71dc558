import { expect, it } from "vitest";
import { createSecretMask } from "../secrets/secret-mask.js";
import { createStreamLines } from "./stream-lines.js";

type Line = readonly [text: string, terminated: boolean];

function reader(): {
  lines: Line[];
  push(text: string): void;
  expectMark(mark: string): { reached: boolean };
  end(): void;
} {
  const lines: Line[] = [];
  const stream = createStreamLines((text, terminated) => void lines.push([text, terminated]));
  return {
    lines,
    push: (text) => stream.push(Buffer.from(text)),
    expectMark(mark) {
      const state = { reached: false };
      stream.expect(mark, () => {
        state.reached = true;
      });
      return state;
    },
    end: () => stream.end(),
  };
}

const MARK = "\u0000end:key:1\u0000\n";

it("cuts lines, across pieces and in the middle of a character", () => {
  const lines: Line[] = [];
  const stream = createStreamLines((text, terminated) => void lines.push([text, terminated]));
  const bytes = Buffer.from("één\ntwo 😀\nrest");
  for (const byte of bytes) stream.push(Buffer.from([byte]));
  stream.end();
  expect(lines).toEqual([
    ["één", true],
    ["two 😀", true],
    ["rest", false],
  ]);
});

it("gives out what stands before a mark, and keeps what comes after it", () => {
  const { lines, push, expectMark } = reader();
  const mark = expectMark(MARK);
  push(`a\nb${MARK}c\n`);
  expect(mark.reached).toBe(true);
  expect(lines).toEqual([
    ["a", true],
    ["b", false],
    ["c", true],
  ]);
});

it("finds a mark behind a very long line, wherever the pieces are cut", () => {
  const long = "x".repeat(1024 * 1024 - 4);
  for (let cut = 0; cut <= MARK.length + 8; cut += 1) {
    const { lines, push, expectMark } = reader();
    const mark = expectMark(MARK);
    const text = `${long}yyyyyyyy${MARK}`;
    push(text.slice(0, long.length + cut));
    push(text.slice(long.length + cut));
    expect(mark.reached, `cut at ${cut}`).toBe(true);
    expect(lines.map(([line]) => line).join("")).toBe(`${long}yyyyyyyy`);
  }
});

it("gives out a line without an end in pieces, so that it does not fill the memory", () => {
  const { lines, push } = reader();
  for (let k = 0; k < 5; k += 1) push("z".repeat(512 * 1024));
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.every(([, terminated]) => !terminated)).toBe(true);
});

it("takes secrets out of a line that does not end, wherever it is cut", () => {
  const secret = "secret/with+signs";
  const base64 = Buffer.from(secret).toString("base64");
  for (let shift = 0; shift < 40; shift += 7) {
    const printed: string[] = [];
    const mask = createSecretMask([{ name: "S", value: secret }]);
    const lines = createStreamLines((text) => printed.push(text), mask);
    const text = "x".repeat(shift) + `${secret} ${base64} `.repeat(60_000);
    for (let at = 0; at < text.length; at += 65_521) lines.push(Buffer.from(text.slice(at, at + 65_521)));
    lines.end();
    expect(printed.length).toBeGreaterThan(1);
    expect(printed.join("")).toBe("x".repeat(shift) + "*** *** ".repeat(60_000));
  }
});
