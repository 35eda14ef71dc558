import { expect, test } from "vitest";
import { codeFrame } from "./code-frame.js";

test("a few lines, the place marked", () => {
  const text = ["one", "two", "three", "four", "  this.next(x);", "six", "seven", "eight", "nine", "ten"].join("\n");
  expect(codeFrame(text, { line: 5, column: 13 })).toBe(
    ["  3 | three", "  4 | four", "> 5 |   this.next(x);", "    |             ^", "  6 | six", "  7 | seven"].join(
      "\n",
    ),
  );
});

test("the first and the last line", () => {
  expect(codeFrame("one\ntwo", { line: 1, column: 1 })).toBe("> 1 | one\n    | ^\n  2 | two");
  expect(codeFrame("one\r\ntwo", { line: 2, column: 3 })).toBe("  1 | one\n> 2 | two\n    |   ^");
});

test("tabs count as two columns", () => {
  expect(codeFrame("\t\tx", { line: 1, column: 3 })).toBe("> 1 |     x\n    |     ^");
});

test("a long line is cut around the place", () => {
  const frame = codeFrame(`${"a".repeat(300)}X${"b".repeat(300)}`, { line: 1, column: 301 }).split("\n");
  expect(frame[0]?.length).toBeLessThan(120);
  expect(frame[0]?.[frame[1]?.indexOf("^") ?? 0]).toBe("X");
});

test("a line that is not there", () => {
  expect(codeFrame("one", { line: 9, column: 1 })).toBe("");
});
