/** The server that tests run against, and datastores on it of which each has a prefix of its own. */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { Storage } from "@google-cloud/storage";
import type { Datastore } from "@metaflow-ts/core/plugin";
import { type CommandPlace, type FaultProxy, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { type GcsOptions, gs } from "../src/index.js";

export interface Server {
  readonly endpoint: string;
  /** For these tests alone: the emulator looks at all objects of a bucket for each call. */
  readonly bucket: string;
}

/** Tests that need the server. What they leave in their bucket is removed. */
export function gcsSuite(name: string, define: (server: Server) => void): void {
  serverSuite(name, ["METAFLOW_TEST_GCS_ENDPOINT"], ({ METAFLOW_TEST_GCS_ENDPOINT: endpoint }) => {
    const bucket = `metaflow-test-${randomBytes(8).toString("hex")}`;
    const storage = new Storage({ apiEndpoint: endpoint, projectId: "test" });
    beforeAll(() => storage.createBucket(bucket));
    afterAll(async () => {
      await storage.bucket(bucket).deleteFiles({ force: true });
      await storage.bucket(bucket).delete();
    }, 60_000);
    define({ endpoint, bucket });
  });
}

/** Waits that do not hold up tests. */
const QUICK = { tries: 12, base: 5, cap: 50, total: 60_000, idle: 10_000 };

/** What the emulator cannot do, by the rules' names. */
export const SKIPPED = {
  "pages of groups give every group once":
    "fake-gcs-server has all groups on every page, and does not count them: test/protocol.test.ts has pages as Google's",
};

export function makeRoot(server: Server): string {
  return `gs://${server.bucket}/${randomBytes(8).toString("hex")}`;
}

export async function openGcs(server: Server, root: string, options: GcsOptions = {}): Promise<Datastore> {
  const retry = { ...QUICK, ...options.retry };
  return await gs({ endpoint: server.endpoint, partBytes: 5 * 1024 * 1024, ...options, retry }).open(root, {});
}

/** An answer as the JSON API gives it to what failed. */
export const answer = (status: number, reason: string, headers: Readonly<Record<string, string>> = {}) => ({
  kind: "answer" as const,
  status,
  headers: { "content-type": "application/json; charset=UTF-8", ...headers },
  body: JSON.stringify({ error: { code: status, message: "made up", errors: [{ reason, message: "made up" }] } }),
});

/** The server as somebody sees it who may read, and nothing else: it cannot deny anything itself. */
export async function startDenying(server: Server): Promise<FaultProxy> {
  const proxy = await startFaultProxy(server.endpoint);
  proxy.decide(({ method }) => (method === "GET" ? undefined : answer(403, "forbidden")));
  return proxy;
}

/** The bucket as commands reach it. Who may only read does so through a proxy that denies the rest. */
export function placeOf(server: Server, denying: () => FaultProxy): CommandPlace {
  return {
    datastore: "gs",
    packages: { "@metaflow-ts/datastore-gcs": resolve(import.meta.dirname, "..") },
    open: (root) => openGcs(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.endpoint,
    environment: (endpoint) => ({ METAFLOW_GS_ENDPOINT_URL: endpoint }),
    readerEnvironment: () => ({ METAFLOW_GS_ENDPOINT_URL: denying().url }),
  };
}
