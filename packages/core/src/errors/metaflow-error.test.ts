import { inspect } from "node:util";
import { expect, it } from "vitest";
import { MetaflowError } from "./metaflow-error.js";

it("shows what is known of it, and nothing else, where a program prints it", () => {
  const short = new MetaflowError("MF_X", "No.");
  expect(inspect(short)).toContain("code: 'MF_X'");
  expect(inspect(short)).not.toMatch(/undefined|(fix|where|codeFrame|resume):/);
  expect(short).toMatchObject({ fix: undefined, where: {}, codeFrame: undefined, resume: [] });
  const long = inspect(new MetaflowError("MF_X", "No.", { fix: "Do.", where: { step: "a" } }));
  expect(long).toContain("fix: 'Do.'");
  expect(long).toContain("where: { step: 'a' }");
  expect(long).not.toContain("codeFrame");
});
