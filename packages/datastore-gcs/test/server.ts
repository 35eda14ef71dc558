/** The server that tests run against, and datastores on it of which each has a prefix of its own. */
import { randomBytes } from "node:crypto";
import type { Datastore } from "@metaflow-ts/core/plugin";
import { type FaultProxy, startFaultProxy } from "@metaflow-ts/core/testing";
import { type GcsOptions, gs } from "../src/index.js";

/** What `serverSuite` needs. */
export const VARIABLES = ["METAFLOW_TEST_GCS_ENDPOINT", "METAFLOW_TEST_GCS_BUCKET"] as const;

export type Server = Readonly<Record<(typeof VARIABLES)[number], string>>;

/** Waits that do not hold up tests. */
const QUICK = { tries: 12, base: 5, cap: 50, total: 20_000, idle: 1_000 };

/** What the emulator cannot do, by the rules' names. */
export const SKIPPED = {
  "pages of groups give every group once":
    "fake-gcs-server has all groups on every page, and does not count them: test/protocol.test.ts has pages as Google's",
};

export function makeRoot(server: Server): string {
  return `gs://${server.METAFLOW_TEST_GCS_BUCKET}/test-${Date.now()}-${randomBytes(4).toString("hex")}`;
}

export async function openGcs(server: Server, root: string, options: GcsOptions = {}): Promise<Datastore> {
  const { METAFLOW_TEST_GCS_ENDPOINT: endpoint } = server;
  return await gs({ endpoint, retry: QUICK, partBytes: 5 * 1024 * 1024, ...options }).open(root, {});
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
  const proxy = await startFaultProxy(server.METAFLOW_TEST_GCS_ENDPOINT);
  proxy.decide(({ method }) => (method === "GET" ? undefined : answer(403, "forbidden")));
  return proxy;
}
