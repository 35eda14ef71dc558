/** A datastore with options in `metaflow.config.ts`: every process of a run opens it with them. */
import { once } from "node:events";
import { resolve } from "node:path";
import {
  createElsewhere,
  createFlowProject,
  type ProxiedRequest,
  serverSuite,
  startFaultProxy,
} from "@metaflow-ts/core/testing";
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

const LOOK = `import { createClient } from "@metaflow-ts/core/client";
const client = await createClient();
const run = await client.flow("ConfiguredFlow").latestSuccessfulRun();
console.log("large", (await run.data.large).length);
`;

serverSuite("s3 in metaflow.config.ts", VARIABLES, (server) => {
  const configured = async () => {
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
      { "flow.ts": FLOW, "look.mjs": LOOK, "metaflow.config.ts": config },
    );
    return { proxy, project, close: () => Promise.all([project.remove(), proxy.close()]) };
  };
  const expectOnlyConfigured = (requests: readonly ProxiedRequest[], least: number) => {
    expect(requests.length).toBeGreaterThan(least);
    expect(requests.filter(({ headers }) => !headers["user-agent"]?.includes("from-config/1"))).toEqual([]);
  };

  it.each(["pool", "process"])("has its options in every process, %s", { timeout: 60_000 }, async (isolation) => {
    const { proxy, project, close } = await configured();
    const { code, stdout, stderr } = await project.metaflow(["flow.ts", "run", "--isolation", isolation]);
    await close();
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("read 100000");
    expectOnlyConfigured(proxy.requests, 10);
  });

  it("has its options in a program that makes a client", { timeout: 60_000 }, async () => {
    const { proxy, project, close } = await configured();
    expect(await project.metaflow(["flow.ts", "run"])).toMatchObject({ code: 0 });
    const before = proxy.requests.length;
    let output = "";
    const program = project.node(["look.mjs"]);
    for (const stream of [program.stdout, program.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    await once(program, "close");
    await close();
    expect(output).toBe("large 100000\n");
    expectOnlyConfigured(proxy.requests.slice(before), 3);
  });

  it("has its options where the project is not", { timeout: 120_000 }, async () => {
    const { proxy, project, close } = await configured();
    const run = "ConfiguredFlow/detached";
    expect(await project.metaflow(["flow.ts", "init", "--run-id", "detached"])).toMatchObject({ code: 0 });
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = server;
    const elsewhere = await createElsewhere({
      run,
      store: [],
      metaflow: (words) => project.metaflow(words),
      environment: { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY },
    });
    await project.remove();
    const before = proxy.requests.length;
    const started = await elsewhere(["step", `${run}/start/0`]);
    const ended = await elsewhere(["step", `${run}/end/0`]);
    await close();
    expect([started.code, started.stderr]).toEqual([0, ""]);
    expect([ended.code, ended.stderr, ended.stdout.trim()]).toEqual([0, "", "read 100000"]);
    expectOnlyConfigured(proxy.requests.slice(before), 10);
  });
});
