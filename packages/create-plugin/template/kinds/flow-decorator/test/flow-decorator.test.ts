import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { flowDecoratorSuite } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { acmeNameFlow } from "../src/flow-decorator.js";
import { metaflow } from "./support/metaflow.js";

flowDecoratorSuite("acmeNameFlow", () => ({
  decorator: acmeNameFlow.definition,
  options: [{ owner: "growth" }],
  refused: [{}, { owner: "" }],
  given: { owner: "ada" },
}));

it("tells steps who answers, and finds runs by it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "acme-name-"));
  const flow = join(import.meta.dirname, "flows/owned.ts");
  expect(await metaflow(folder, flow, "run")).toContain("owned by growth");
  expect(await metaflow(folder, flow, "run", "--owner", "ada")).toContain("owned by ada");
  const { runs } = JSON.parse(await metaflow(folder, "runs", "--tag", "owner:ada", "--json")) as { runs: unknown[] };
  expect(runs).toHaveLength(1);
});
