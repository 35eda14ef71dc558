import { describe, expect, it } from "vitest";
import { changeTags, checkTags } from "./run-tags.js";

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

describe("changeTags", () => {
  const run = { tags: ["a", "刺身 means sashimi"], systemTags: ["user:ada"] };

  it.each([
    [{ add: ["b"] }, ["a", "刺身 means sashimi", "b"]],
    [{ add: ["a", "a"] }, ["a", "刺身 means sashimi"]],
    [{ add: ["user:ada"] }, ["a", "刺身 means sashimi"]],
    [{ remove: ["a", "none"] }, ["刺身 means sashimi"]],
    [{ remove: ["a"], add: ["a"] }, ["刺身 means sashimi", "a"]],
  ])("%j", (change, expected) => expect(changeTags(run, change)).toEqual(expected));

  it("keeps system tags, and changes nothing then", () => {
    const remove = ["a", "user:ada"];
    expect(() => changeTags(run, { remove })).toThrow("'user:ada' cannot be removed: it is a system tag.");
  });

  it("lets too many become fewer, and no more", () => {
    const many = { tags: Array.from({ length: 60 }, (_, i) => `t${i}`), systemTags: [] };
    expect(changeTags(many, { remove: ["t0"] })).toHaveLength(59);
    expect(changeTags(many, { remove: ["t0"], add: ["new"] })).toHaveLength(60);
    expect(() => changeTags(many, { add: ["new"] })).toThrow("A run may have 50 tags, not 61.");
    expect(() => changeTags({ tags: many.tags.slice(0, 50), systemTags: [] }, { add: ["new"] })).toThrow("not 51");
  });

  it.each([[1], [new Uint8Array(2)], [null], ["\ud800"], [" "]])("refuses %j", (tag) => {
    expect(() => changeTags(run, { add: [tag as string] })).toThrow("is not allowed");
  });
});
