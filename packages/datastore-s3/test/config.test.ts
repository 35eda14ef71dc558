/** A datastore with options in `metaflow.config.ts`: every process of a run opens it with them. */
import { resolve } from "node:path";
import { createFlowProject, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { makeRoot, VARIABLES } from "./server.js";

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

serverSuite("s3 in metaflow.config.ts", VARIABLES, (server) => {
  it.each(["pool", "process"])("has its options in every process, %s", { timeout: 60_000 }, async (isolation) => {
    const proxy = await startFaultProxy(server.METAFLOW_S3_ENDPOINT_URL);
    const config = `import { S3Client } from "@aws-sdk/client-s3";
      import { defineConfig } from "@metaflow-ts/core/plugin";
      import { s3 } from "@metaflow-ts/datastore-s3";

      const client = new S3Client({ endpoint: "${proxy.url}", forcePathStyle: true, customUserAgent: "from-config/1" });
      export default defineConfig({
        datastore: "s3",
        datastoreRoot: "${makeRoot(server)}",
        datastores: [s3({ client })],
      });`;
    const project = await createFlowProject(
      {
        "@metaflow-ts/datastore-s3": resolve(import.meta.dirname, ".."),
        "@aws-sdk/client-s3": resolve(import.meta.dirname, "../node_modules/@aws-sdk/client-s3"),
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
