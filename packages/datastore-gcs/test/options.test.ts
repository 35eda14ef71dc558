/** What options do to requests. */
import { Storage } from "@google-cloud/storage";
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type GcsOptions, gs } from "../src/index.js";
import { BUCKET, type ProtocolServer, startProtocolServer } from "./protocol-server.js";

let store: ProtocolServer;
let proxy: FaultProxy;
beforeAll(async () => {
  store = await startProtocolServer();
  proxy = await startFaultProxy(store.url);
});
afterAll(() => Promise.all([proxy.close(), store.close()]));

/** The requests of a put and of an upload in parts, and what the objects were described as. */
async function requestsOf(options: GcsOptions, settings = {}): Promise<readonly (ProxiedRequest & { text: string })[]> {
  const from = proxy.requests.length;
  const texts: string[] = [];
  const spying: typeof fetch = async (input, init) => {
    texts.push(String(init?.body ?? ""));
    return await fetch(input, init);
  };
  const given = { endpoint: proxy.url, partBytes: 1, fetch: spying, ...options };
  const datastore = await gs(given).open(`gs://${BUCKET}/options`, settings);
  await datastore.put("small", Buffer.from("x"));
  await datastore.put("large", Buffer.alloc(300_000));
  return proxy.requests.slice(from).map((request, i) => ({ ...request, text: texts[i] ?? "" }));
}

const starts = ({ method }: ProxiedRequest) => method === "POST";

it.each<[string, GcsOptions, Record<string, unknown>]>([
  ["headers", { headers: { "x-cost-center": "42" } }, { "x-cost-center": "42" }],
  ["a user agent", { userAgent: "acme/1.0" }, { "user-agent": "acme/1.0 metaflow-datastore-gcs" }],
])("sends %s with every request", async (_, options, headers) => {
  for (const request of await requestsOf(options)) expect(request.headers).toMatchObject(headers);
});

it("says with every request who pays", async () => {
  for (const { path } of await requestsOf({ userProject: "payer" })) expect(path).toContain("userProject=payer");
});

it("makes objects with a key and of a storage class", async () => {
  const kmsKeyName = "projects/p/locations/l/keyRings/r/cryptoKeys/k";
  const made = (await requestsOf({ kmsKeyName, storageClass: "NEARLINE" })).filter(starts);
  expect(made).toHaveLength(2);
  for (const { path, text } of made) {
    expect(new URLSearchParams(path.split("?")[1]).get("kmsKeyName")).toBe(kmsKeyName);
    expect(text).toContain('"storageClass":"NEARLINE"');
  }
});

it("sends parts of whole 256 KiB", async () => {
  const parts = (await requestsOf({ partBytes: 1 })).filter(({ method }) => method === "PUT");
  expect(parts.map(({ headers }) => headers["content-range"])).toEqual([
    "bytes 0-262143/*",
    "bytes 262144-299999/300000",
  ]);
});

it("takes the endpoint from Metaflow's variable", async () => {
  expect(await requestsOf({ endpoint: undefined }, { METAFLOW_GS_ENDPOINT_URL: proxy.url })).not.toEqual([]);
});

it("takes the emulator that the SDK's own variable names", async () => {
  vi.stubEnv("STORAGE_EMULATOR_HOST", proxy.url);
  expect(await requestsOf({ endpoint: undefined })).not.toEqual([]);
  vi.unstubAllEnvs();
});

it("takes a client that somebody else configured", async () => {
  const client = new Storage({ apiEndpoint: proxy.url, userAgent: "theirs/2" });
  const [request] = await requestsOf({ client, endpoint: "http://127.0.0.1:2" });
  expect(request?.headers["user-agent"]).toBe("theirs/2 metaflow-datastore-gcs");
});

describe("a root", () => {
  it.each([
    ["gs://bucket", "gs://bucket"],
    ["gs://bucket/", "gs://bucket"],
    ["gs://my.bucket-1_x/some/prefix/", "gs://my.bucket-1_x/some/prefix"],
  ])("%s is taken", async (given, root) => {
    expect((await gs().open(given, {})).root).toBe(root);
  });

  it.each(["bucket", "gs://", "gs:///x", "s3://bucket", "gs://b/../x", "gs://b//x", "gs://key:secret@bucket/x"])(
    "%s is refused, and no secret is shown",
    (root) => {
      expect(() => gs().open(root, {})).toThrow(expect.objectContaining({ code: "MF_DATASTORE_ROOT_INVALID" }));
      expect(() => gs().open(root, {})).not.toThrow(/secret/);
    },
  );
});
