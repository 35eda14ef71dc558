/** What options do to requests. */
import { BlobServiceClient, newPipeline, StorageSharedKeyCredential } from "@azure/storage-blob";
import { type FaultProxy, type ProxiedRequest, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AzureOptions, azure } from "../src/index.js";
import { keyOf, makeRoot, serviceAt, VARIABLES } from "./server.js";

serverSuite("azure options", VARIABLES, (server) => {
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await startFaultProxy(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT);
  });
  afterAll(() => proxy.close());

  /** The requests of a small put, as they came; the server's opinion of them does not matter. */
  const requestsOf = async (options: AzureOptions, settings = {}): Promise<readonly ProxiedRequest[]> => {
    const from = proxy.requests.length;
    const given = { endpoint: serviceAt(server, proxy.url), credential: keyOf(server), ...options };
    const datastore = await azure(given).open(makeRoot(server), settings);
    await datastore.put("key", Buffer.from("x"), { ifAbsent: true }).catch(() => undefined);
    return proxy.requests.slice(from);
  };

  it.each<[string, AzureOptions, Record<string, unknown>]>([
    ["headers", { headers: { "x-ms-cost-center": "42" } }, { "x-ms-cost-center": "42" }],
    ["a user agent", { userAgent: "acme/1.0" }, { "user-agent": expect.stringMatching(/^acme\/1\.0 azsdk-js/) }],
    ["an access tier", { accessTier: "Cool" }, { "x-ms-access-tier": "Cool" }],
    ["an encryption scope", { encryptionScope: "mine" }, { "x-ms-encryption-scope": "mine" }],
    [
      "a credential",
      { credential: new StorageSharedKeyCredential("other", "AAAA") },
      { authorization: expect.stringContaining("SharedKey other:") },
    ],
  ])("sends %s", async (_, options, headers) => {
    expect((await requestsOf(options))[0]?.headers).toMatchObject(headers);
  });

  it("signs the headers that were added", async () => {
    const options = { endpoint: serviceAt(server, proxy.url), credential: keyOf(server), headers: { "x-ms-a": "b" } };
    const datastore = await azure(options).open(makeRoot(server), {});
    expect(await datastore.put("key", Buffer.from("x"))).toMatchObject({ written: true });
  });

  it("takes the account from Metaflow's variable", async () => {
    const settings = { METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: serviceAt(server, proxy.url) };
    expect(await requestsOf({ endpoint: undefined }, settings)).toHaveLength(1);
  });

  it("takes a connection string", async () => {
    const connectionString = server.AZURE_STORAGE_CONNECTION_STRING.replace(
      /BlobEndpoint=[^;]*/,
      `BlobEndpoint=${serviceAt(server, proxy.url)}`,
    );
    const headers = { "x-ms-cost-center": "42" };
    const [request] = await requestsOf({ endpoint: undefined, credential: undefined, connectionString, headers });
    expect(request?.headers).toMatchObject({ authorization: expect.stringContaining("SharedKey"), ...headers });
  });

  it("takes a client that somebody else configured", async () => {
    const pipeline = newPipeline(keyOf(server), { userAgentOptions: { userAgentPrefix: "theirs/2" } });
    const client = new BlobServiceClient(serviceAt(server, proxy.url), pipeline);
    const [request] = await requestsOf({ client, endpoint: "http://127.0.0.1:9" });
    expect(request?.headers["user-agent"]).toContain("theirs/2");
  });
});

it.each([
  [undefined, "which storage account"],
  ["account.blob.core.windows.net", "URL of the storage account"],
])("needs to be told which account is meant, not %s", async (endpoint, message) => {
  const datastore = await azure({ endpoint }).open("azure://container/prefix", {});
  await expect(datastore.get("key")).rejects.toMatchObject({
    code: "MF_DATASTORE_BROKEN",
    message: expect.stringContaining(message),
    fix: expect.stringContaining("METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT"),
  });
});

describe("a root", () => {
  it.each([
    ["azure://container", "azure://container"],
    ["azure://container/", "azure://container"],
    ["azure://my-container/some/prefix/", "azure://my-container/some/prefix"],
    ["container/prefix", "azure://container/prefix"],
  ])("%s is taken", async (given, root) => {
    expect((await azure().open(given, {})).root).toBe(root);
  });

  it.each(["", "azure://", "azure:///x", "gs://c", "azure://c/../x", "azure://c//x", "azure://key:secret@c/x"])(
    "'%s' is refused, and no secret is shown",
    (root) => {
      expect(() => azure().open(root, {})).toThrow(expect.objectContaining({ code: "MF_DATASTORE_ROOT_INVALID" }));
      expect(() => azure().open(root, {})).not.toThrow(/secret/);
    },
  );
});
