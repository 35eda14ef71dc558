import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { errorTable } from "./errors.js";

const root = `${import.meta.dirname}/../../..`;
const read = (path: string) => readFileSync(`${root}/${path}`, "utf8");
const codes = Object.keys(errorTable).sort();

it("every code is on the page of errors, and no other", () => {
  const rows = [...read("docs/decorators/errors.md").matchAll(/^\| `MFD_(\w+)` \|/gm)].map(([, code]) => code);
  expect(rows).toEqual(codes);
});

it("every code is raised somewhere", () => {
  const sources = globSync("packages/decorators/src/**/*.ts", { cwd: root }).filter((path) => !path.includes(".test."));
  const text = sources.map(read).join("\n");
  expect(codes.filter((code) => !text.includes(`errors.${code}(`))).toEqual([]);
});
