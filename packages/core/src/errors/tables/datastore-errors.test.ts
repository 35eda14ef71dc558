import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { errors } from "../codes.js";
import { datastoreErrors } from "./datastore-errors.js";

const pages = join(import.meta.dirname, "../../../../../docs/errors");

it.each(Object.keys(datastoreErrors))("MF_%s has a page", (key) => {
  const page = join(pages, `MF_${key}.md`);
  expect(existsSync(page)).toBe(true);
  expect(readFileSync(page, "utf8")).toMatch(new RegExp(`^# MF_${key}\n\n> [^]+\n## Why\n[^]+\n## What to do\n`));
});

it("shows hostile and long names without harm", () => {
  const message = errors.DATASTORE_KEY_INVALID({ key: `a\u001b[31m\0${"x".repeat(500)}`, reason: "it is odd" }).message;
  expect(message).toMatch(/^'a\\u001b\[31m\\u0000x+\.\.\.' is no valid key: it is odd\.$/);
  expect(message.length).toBeLessThan(200);
});
