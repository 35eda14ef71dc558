import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@metaflow-ts/core/client";
import { commandSuite } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { acmeNameCommand } from "../src/command.js";
import { metaflow, packageFolder } from "./support/metaflow.js";

const empty = await createClient({ datastore: { root: await mkdtemp(join(tmpdir(), "acme-name-")) } });

commandSuite("acme-name", acmeNameCommand, {
  examples: [{ args: { flow: "TrainFlow" }, client: empty }],
});

it("is a command of metaflow where the package is installed", async () => {
  expect(await metaflow(packageFolder, "--help")).toMatch(/acme-name +count the runs/);
  const root = await mkdtemp(join(tmpdir(), "acme-name-"));
  const printed = await metaflow(packageFolder, "acme-name", "TrainFlow", "--json", "--datastore-root", root);
  expect(JSON.parse(printed)).toEqual({ type: "acme-name.counts", flow: "TrainFlow", counts: {} });
});
