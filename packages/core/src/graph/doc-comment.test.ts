import { expect, test } from "vitest";
import { docComment } from "./doc-comment.js";

const source = `
import x from "y";

/** The flow. */
@project({ name: "a)b", nested: [{ deep: \`}\` }] /* a comment */ })
export default class Train extends FlowSpec {
  /** A field. */
  alpha = 1;

  @step start() {}

  /**
   * Trains one model.
   *
   *   - indented
   */
  // not part of it
  @retry({ times: 3 })
  @deco.rated @step async train() {}

  /* no doc */
  @step public override async end() {}
}`;

function at(needle: string) {
  const before = source.slice(0, source.indexOf(needle)).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

test.each([
  ["class Train", "The flow."],
  ["Train extends", "The flow."],
  ["start()", ""],
  ["train()", "Trains one model.\n\n  - indented"],
  ["async train()", "Trains one model.\n\n  - indented"],
  ["end()", ""],
  ["import", ""],
])("%s", (needle, doc) => {
  expect(docComment(source, at(needle))).toBe(doc);
});

test("a position outside of the text", () => {
  expect(docComment("/** x */ f", { line: 99, column: 1 })).toBe("");
  expect(docComment("", { line: 1, column: 1 })).toBe("");
});
