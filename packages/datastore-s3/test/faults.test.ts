/** The contract of all datastores, kept behind a network that loses, breaks, delays and damages what it carries. */
import type { Datastore } from "@metaflow-ts/core/plugin";
import {
  datastoreSuite,
  type Fault,
  type ProxiedRequest,
  serverSuite,
  startFaultProxy,
} from "@metaflow-ts/core/testing";
import { makeRoot, openS3, VARIABLES } from "./server.js";

const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>made up</Message></Error>`;
const answer = (status: number, code: string, headers = {}): Fault => ({
  kind: "answer",
  status,
  headers: { "content-type": "application/xml", ...headers },
  body: xml(code),
});

/** What a client can get over by trying again. */
const PASSING: readonly Fault[] = [
  answer(500, "InternalError"),
  answer(502, "BadGateway"),
  answer(503, "SlowDown", { "retry-after": "0" }),
  answer(503, "ServiceUnavailable"),
  answer(429, "TooManyRequests", { "retry-after": "0" }),
  answer(400, "RequestTimeout"),
  answer(409, "OperationAborted"),
  { kind: "answer", status: 500, body: xml("InternalError"), forward: true },
  { kind: "answer", status: 504, body: "", forward: true },
  { kind: "reset", when: "before" },
  { kind: "reset", when: "after" },
  { kind: "reset", when: "mid-body" },
  { kind: "truncate" },
  { kind: "truncate", honest: true },
  { kind: "delay", milliseconds: 50 },
  { kind: "corrupt", body: "request" },
  { kind: "corrupt", body: "answer" },
];

/** Whether the store's answer has a checksum: only then can damage be seen. Elsewhere TLS keeps it away. */
function isChecked(request: ProxiedRequest): boolean {
  return request.method === "GET" && !request.path.includes("list-type=") && request.headers.range === undefined;
}

/** About every third request fails, the same ones in each run. */
function sometimes(seed: number): (request: ProxiedRequest, index: number) => Fault | undefined {
  let state = seed;
  return (request) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    if (state % 3 !== 0) return undefined;
    const fault = PASSING[(state >>> 8) % PASSING.length];
    const isDamage = fault?.kind === "corrupt" && fault.body === "answer";
    return isDamage && !isChecked(request) ? undefined : fault;
  };
}

serverSuite("s3 behind faults", VARIABLES, (server) => {
  const open = async (seed: number): Promise<{ datastore: Datastore; close: () => Promise<void> }> => {
    const proxy = await startFaultProxy(server.METAFLOW_S3_ENDPOINT_URL);
    proxy.decide(sometimes(seed));
    const datastore = await openS3(server, makeRoot(server), { endpoint: proxy.url });
    return { datastore, close: () => proxy.close() };
  };
  let seed = 0;
  datastoreSuite("s3 behind faults", { open: () => open(++seed) }, { timeout: 120_000 });
});
