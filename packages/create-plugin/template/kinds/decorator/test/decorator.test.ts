import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepDecoratorSuite } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { acmeName } from "../src/decorator.js";
import { metaflow } from "./support/metaflow.js";

stepDecoratorSuite("acme-name", () => ({
  decorator: acmeName.definition,
  options: [{}, { label: "Training" }],
  refused: [{ label: "" }, { label: 7 }],
}));

const flow = join(import.meta.dirname, "flows/decorated.ts");

it("prints how long a step took", async () => {
  const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
  const printed = await metaflow(folder, flow, "run");
  expect(printed).toMatch(/Adding took \d+ ms/);
  expect(printed).not.toMatch(/end took/);
});

it("is there by its name as well", async () => {
  const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
  const printed = await metaflow(folder, flow, "run", "--with", "acme-name");
  expect(printed).toMatch(/Adding took \d+ ms/);
  expect(printed).toMatch(/end took \d+ ms/);
});
