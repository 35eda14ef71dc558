/** A datastore with options in `metaflow.config.ts`: every process of a run opens it with them. */
import { resolve } from "node:path";
import { createFlowProject, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { makeRoot, serviceAt, VARIABLES } from "./server.js";

const FLOW = `import { FlowSpec, step } from "@metaflow-ts/core";

export default class ConfiguredFlow extends FlowSpec {
  large!: Uint8Array;
  @step start() {
    this.large = new Uint8Array(100_000).fill(7);
    this.next(this.end);
  }
  @step end() {
    const name = ["lar", "ge"].join("") as "large";
    console.log("read", this[name].length);
  }
}
`;

serverSuite("azure in metaflow.config.ts", VARIABLES, (server) => {
  it.each(["pool", "process"])("has its options in every process, %s", { timeout: 60_000 }, async (isolation) => {
    const proxy = await startFaultProxy(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT);
    const config = `import { BlobServiceClient } from "@azure/storage-blob";
      import { defineConfig } from "@metaflow-ts/core/plugin";
      import { azure } from "@metaflow-ts/datastore-azure";

      const { credential } = BlobServiceClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING);
      const userAgentOptions = { userAgentPrefix: "from-config/1" };
      const client = new BlobServiceClient("${serviceAt(server, proxy.url)}", credential, { userAgentOptions });
      export default defineConfig({
        datastore: "azure",
        datastoreRoot: "${makeRoot(server)}",
        datastores: [azure({ client })],
      });`;
    const project = await createFlowProject(
      {
        "@metaflow-ts/datastore-azure": resolve(import.meta.dirname, ".."),
        "@azure/storage-blob": resolve(import.meta.dirname, "../node_modules/@azure/storage-blob"),
      },
      { "flow.ts": FLOW, "metaflow.config.ts": config },
    );
    const { code, stdout, stderr } = await project.metaflow(["flow.ts", "run", "--isolation", isolation]);
    await Promise.all([project.remove(), proxy.close()]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("read 100000");
    expect(proxy.requests.length).toBeGreaterThan(10);
    expect(proxy.requests.filter(({ headers }) => !headers["user-agent"]?.includes("from-config/1"))).toEqual([]);
  });
});
