import { describe, expect, it } from "vitest";
import { checkTags } from "./run-options.js";

describe("checkTags", () => {
  it("takes each tag once", () => {
    expect(checkTags(["a", "b", "a"])).toEqual(["a", "b"]);
  });

  it.each([
    [[""], "it is empty"],
    [["  "], "it is empty"],
    [["x".repeat(501)], "it has 501 characters"],
    [Array.from({ length: 51 }, (_, k) => `t${k}`), "A run may have 50 tags, not 51."],
  ])("refuses what a run may not have: %#", (tags, message) => {
    expect(() => checkTags(tags)).toThrow(message);
  });
});
