/** Absent, denied and broken are three outcomes of every call. */
import type { Datastore } from "@metaflow-ts/core/plugin";
import { type Fault, type FaultProxy, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { gs } from "../src/index.js";
import { BUCKET, type ProtocolServer, startProtocolServer } from "./protocol-server.js";
import { answer } from "./server.js";

const CALLS: Readonly<Record<string, (datastore: Datastore) => Promise<unknown>>> = {
  get: (datastore) => datastore.get("key"),
  "get of a range": (datastore) => datastore.get("key", { range: { start: 0, end: 5 } }),
  getStream: async (datastore) => datastore.getStream?.("key"),
  head: (datastore) => datastore.head("key"),
  list: (datastore) => datastore.list("folder/"),
  put: (datastore) => datastore.put("key", Buffer.from("x")),
  "put if absent": (datastore) => datastore.put("key", Buffer.from("x"), { ifAbsent: true }),
  "put if unchanged": (datastore) => datastore.put("key", Buffer.from("x"), { ifMatch: "17" }),
  "put in parts": (datastore) => datastore.put("key", Buffer.alloc(600_000)),
  delete: (datastore) => datastore.delete("key"),
};
const READS: Readonly<Record<string, unknown>> = { get: null, "get of a range": null, getStream: null, head: null };

let store: ProtocolServer;
let proxy: FaultProxy;
let datastore: Datastore;
beforeAll(async () => {
  store = await startProtocolServer();
  proxy = await startFaultProxy(store.url);
});
beforeEach(async () => {
  const retry = { tries: 3, base: 1, cap: 1 };
  datastore = await gs({ endpoint: proxy.url, partBytes: 256 * 1024, retry }).open(`gs://${BUCKET}/runs`, {});
});
afterAll(() => Promise.all([proxy.close(), store.close()]));

/** How a call ends, and the requests it made. */
async function outcomeOf(call: string, fault: Fault | undefined) {
  proxy.decide(() => fault);
  const from = proxy.requests.length;
  const outcome = await CALLS[call]?.(datastore).catch((error: { readonly code?: string }) => error.code);
  return { outcome, requests: proxy.requests.length - from };
}

describe.each(Object.keys(CALLS))("%s", (call) => {
  it("is denied once", async () => {
    const denied = answer(403, "forbidden");
    expect(await outcomeOf(call, denied)).toEqual({ outcome: "MF_DATASTORE_DENIED", requests: 1 });
  });
  it("is tried once more where the credentials may have expired, and then denied", async () => {
    const expired = answer(401, "authError");
    expect(await outcomeOf(call, expired)).toEqual({ outcome: "MF_DATASTORE_DENIED", requests: 2 });
  });
  it("is broken where the store is", async () => {
    const broken = answer(500, "backendError");
    expect(await outcomeOf(call, broken)).toEqual({ outcome: "MF_DATASTORE_BROKEN", requests: 3 });
  });
  it("is broken where the bucket is absent, whether or not the store says that it is that", async () => {
    for (const message of ["The specified bucket does not exist.", "Not Found"]) {
      const body = JSON.stringify({ error: { code: 404, message, errors: [{ reason: "notFound" }] } });
      const { outcome } = await outcomeOf(call, { kind: "answer", status: 404, body });
      expect(outcome).toBe("MF_DATASTORE_BROKEN");
    }
  });
});

it.each(Object.entries(READS))("%s of what is absent is null, of one request", async (call, outcome) => {
  expect(await outcomeOf(call, undefined)).toEqual({ outcome, requests: 1 });
});
