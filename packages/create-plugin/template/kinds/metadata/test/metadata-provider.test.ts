import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMemoryDatastore, metadataSuite } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { acmeNameMetadata } from "../src/metadata-provider.js";
import { metaflow, packageFolder } from "./support/metaflow.js";

metadataSuite("acme-name", async () => {
  const datastore = createMemoryDatastore();
  const open = async () => acmeNameMetadata.open({ datastore, settings: {} });
  return { records: await open(), again: open };
});

it("tells the service, and fails nobody where that is gone", async () => {
  const told: unknown[] = [];
  const server = createServer(async (request, response) => {
    for await (const chunk of request) told.push(JSON.parse(String(chunk)));
    response.end();
  });
  await once(server.listen(0), "listening");
  const { port } = server.address() as AddressInfo;
  const settings = { METAFLOW_ACME_NAME_URL: `http://127.0.0.1:${port}` };
  const datastore = createMemoryDatastore();
  const records = await acmeNameMetadata.open({ datastore, settings });
  await records.createRun(RUN);
  server.close();
  await records.updateRun("TrainFlow", "1", (run) => ({ ...run, status: "successful" }));
  expect(told).toEqual([{ run: "TrainFlow/1", status: "running" }]);
  expect((await records.readRun("TrainFlow", "1"))?.status).toBe("successful");
});

it("is chosen by its name", async () => {
  const printed = await metaflow(packageFolder, "runs", "--metadata", "acme-name", "--json");
  expect(JSON.parse(printed)).toMatchObject({ runs: [] });
});

const RUN: Parameters<Awaited<ReturnType<typeof acmeNameMetadata.open>>["createRun"]>[0] = {
  ...{ version: 1, flow: "TrainFlow", runId: "1", status: "running", startedAt: 1, finishedAt: null, user: null },
  ...{ tags: [], systemTags: [], parameters: {}, origin: null, maxNumSplits: null, graph: "", counts: null },
  code: { sha256: "", map: "", entry: "", exportName: "default", file: "train.ts", modules: {} },
  owner: { host: "", pid: 0, startMark: null },
  failure: null,
};
