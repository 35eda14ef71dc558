import picocolors from "picocolors";
import { describe, expect, it } from "vitest";
import { formatError } from "./format-error.js";
import { MetaflowError, MetaflowErrors } from "./metaflow-error.js";

const format = (error: unknown) => formatError(error, { colors: picocolors.createColors(false), cwd: "/project" });
const source = { file: "/project/flows/train.ts", line: 12, column: 5 };

describe("formatError", () => {
  it("says a short error in one line", () => {
    expect(format(new MetaflowError("MF_USAGE", "Too much."))).toBe("Error MF_USAGE: Too much.");
  });

  it("says what, where, what to do and where to read on, without a stack", () => {
    const error = new MetaflowError("MF_X", "Step 'a' leads nowhere.", {
      where: { flow: "TrainFlow", step: "a", source },
      codeFrame: "> 12 | this.next()\n     |     ^",
      fix: "Add a target.\nOr end there.",
    });
    expect(format(error)).toBe(
      [
        "Error MF_X: Step 'a' leads nowhere.",
        "  at flows/train.ts:12:5 (flow TrainFlow, step a)",
        "",
        "  > 12 | this.next()",
        "       |     ^",
        "",
        "  Fix: Add a target.",
        "       Or end there.",
        "  More: https://github.com/metaflow-ts/metaflow-ts/blob/main/docs/errors/MF_X.md",
      ].join("\n"),
    );
  });

  it("shows what a terminal would not print, and leaves lines and colours", () => {
    const error = new MetaflowError("MF_X", "a\0b\u0007c\n\td \u001b[1me", { fix: "Take \r away." });
    expect(format(error)).toContain("MF_X: a\\u0000b\\u0007c\n\td \u001b[1me\n  Fix: Take \\u000d away.\n");
  });

  it("lists several errors, the summary without what it repeats", () => {
    const parts = ["MF_PART", "S3_X", "MF_PART", "MF_OTHER"].map((code, n) => new MetaflowError(code, `Problem ${n}.`));
    const text = format(new MetaflowErrors("MF_ALL", "Four problems:\n - Problem 0.\n - Problem 1.", parts));
    const pages = "https://github.com/metaflow-ts/metaflow-ts/blob/main/docs/errors";
    expect(text.split("\n\n")).toEqual([
      "Error MF_ALL: Four problems:",
      "Error MF_PART: Problem 0.",
      "Error S3_X: Problem 1.",
      "Error MF_PART: Problem 2.",
      "Error MF_OTHER: Problem 3.",
      `More: ${pages}/MF_PART.md\n      ${pages}/MF_OTHER.md`,
    ]);
  });

  it("shows a single one of several as itself", () => {
    const only = new MetaflowError("MF_PART", "Problem.");
    expect(format(new MetaflowErrors("MF_ALL", "One problem", [only]))).toBe("Error MF_PART: Problem.");
  });

  it("knows no pages of a plugin's codes", () => {
    expect(format(new MetaflowError("S3_X", "No.", { fix: "Do." }))).toBe("Error S3_X: No.\n  Fix: Do.");
  });

  it("shows everything of an error that nobody meant, and asks to report it", () => {
    const text = format(new TypeError("oops", { cause: new Error("below") }));
    expect(text).toContain("Internal error TypeError: oops");
    expect(text).toContain("format-error.test.ts");
    expect(text).toContain("Caused by Error: below");
    expect(text).toContain("Please report it");
    expect(format("thrown text")).toContain("Internal error thrown text");
  });
});
