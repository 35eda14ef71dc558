import picocolors from "picocolors";
import { expect, it } from "vitest";
import type { RecordedError } from "../../contracts/records.js";
import { errorLines } from "./run-summary.js";

const plain = picocolors.createColors(false);

function recorded(type: string, message: string, more: Partial<RecordedError> = {}): RecordedError {
  return { code: null, type, message, stack: [], codeFrame: null, fix: null, cause: null, errors: [], ...more };
}

it("tells an error with the members and the cause that it has", () => {
  const error = recorded("AggregateError", "several", {
    errors: [recorded("Error", "one", { stack: ["at one (flow.ts:1:2)"] }), recorded("string", "two")],
    cause: recorded("RangeError", "why"),
  });
  expect(errorLines(error, plain)).toEqual([
    "AggregateError: several",
    "[0]",
    "  Error: one",
    "    at one (flow.ts:1:2)",
    "[1]",
    "  string: two",
    "Caused by",
    "  RangeError: why",
  ]);
});

it("leads from a code of core to its page, and from no other", () => {
  expect(errorLines(recorded("MetaflowError", "no", { code: "MF_NEXT_MISSING" }), plain).at(-1)).toMatch(
    /^More: .*\/docs\/errors\/MF_NEXT_MISSING\.md$/,
  );
  expect(errorLines(recorded("MetaflowError", "no", { code: "MY_CODE" }), plain)).toEqual(["MY_CODE: no"]);
});
