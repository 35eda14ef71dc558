import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { metaflow } from "./support/metaflow.js";

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
