import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import plugin from "../src/plugin.js";

interface Manifest {
  readonly name: string;
  readonly metaflow: Readonly<Record<string, readonly (string | { readonly name: string })[]>>;
}

it("adds what package.json lists", () => {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { name, metaflow } = JSON.parse(text) as Manifest;
  expect(plugin.name).toBe(name);
  for (const [list, contributions] of Object.entries(plugin)) {
    if (!Array.isArray(contributions)) continue;
    const given = contributions.map((each: { readonly name: string }) => each.name);
    const listed = metaflow[list]?.map((each) => (typeof each === "string" ? each : each.name));
    expect(given, list).toEqual(listed);
  }
});
