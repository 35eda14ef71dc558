/** What options do to requests. */
import { S3Client } from "@aws-sdk/client-s3";
import { type FaultProxy, type ProxiedRequest, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type S3Options, s3 } from "../src/index.js";
import { isSeaweedFs, makeRoot, openS3, VARIABLES } from "./server.js";

serverSuite("s3 options", VARIABLES, (server) => {
  let proxy: FaultProxy;
  beforeAll(async () => {
    proxy = await startFaultProxy(server.METAFLOW_S3_ENDPOINT_URL);
  });
  afterAll(() => proxy.close());

  /** The requests of a small put, as they came; the server's opinion of them does not matter. */
  const requestsOf = async (options: S3Options, settings = {}): Promise<readonly ProxiedRequest[]> => {
    const from = proxy.requests.length;
    const datastore = await s3({ endpoint: proxy.url, ...options }).open(makeRoot(server), settings);
    await datastore.put("key", Buffer.from("x"), { ifAbsent: true }).catch(() => undefined);
    return proxy.requests.slice(from);
  };

  it.each<[string, S3Options, Record<string, unknown>]>([
    ["headers", { headers: { "x-cost-center": "42" } }, { "x-cost-center": "42" }],
    ["a user agent", { userAgent: "acme/1.0" }, { "user-agent": expect.stringContaining("acme/1.0") }],
    ["requester pays", { requesterPays: true }, { "x-amz-request-payer": "requester" }],
    ["a storage class", { storageClass: "STANDARD_IA" }, { "x-amz-storage-class": "STANDARD_IA" }],
    ["encryption", { encryption: { type: "AES256" } }, { "x-amz-server-side-encryption": "AES256" }],
    [
      "encryption by a key",
      { encryption: { type: "aws:kms", keyId: "alias/mine" } },
      { "x-amz-server-side-encryption": "aws:kms", "x-amz-server-side-encryption-aws-kms-key-id": "alias/mine" },
    ],
    ["a region", { region: "eu-north-1" }, { authorization: expect.stringContaining("/eu-north-1/s3/") }],
    [
      "credentials",
      { credentials: { accessKeyId: "OTHER", secretAccessKey: "x" } },
      { authorization: expect.stringContaining("Credential=OTHER/") },
    ],
  ])("sends %s", async (_, options, headers) => {
    expect((await requestsOf(options))[0]?.headers).toMatchObject(headers);
  });

  it("asks the requester to pay for requests of every kind, and has each part checked by a CRC-32", async () => {
    const from = proxy.requests.length;
    const options = { endpoint: proxy.url, requesterPays: true, partBytes: 5 * 1024 * 1024 };
    const datastore = await openS3(server, makeRoot(server), options);
    await datastore.put("small", Buffer.from("x"));
    await datastore.put("large", Buffer.alloc(11 * 1024 * 1024));
    await Promise.all([datastore.get("large"), datastore.head("small"), datastore.list("")]);
    await datastore.delete("small");
    const requests = proxy.requests.slice(from);
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["PUT", "POST", "GET", "HEAD", "DELETE"]));
    for (const { method, path, headers } of requests) {
      expect(headers, `${method} ${path}`).toMatchObject({ "x-amz-request-payer": "requester" });
    }
    const isPart = ({ method, path }: ProxiedRequest) => method === "PUT" && path.includes("partNumber=");
    const isStart = ({ method, path }: ProxiedRequest) => method === "POST" && path.includes("?uploads");
    expect(requests.filter(isPart)).toHaveLength(3);
    expect(requests.find(isStart)?.headers).toMatchObject({ "x-amz-checksum-algorithm": "CRC32" });
  });

  it("has the bucket in the path with an endpoint of one's own, unless told otherwise", async () => {
    expect((await requestsOf({}))[0]?.path).toMatch(new RegExp(`^/${server.METAFLOW_TEST_S3_BUCKET}/test-`));
  });

  it("takes endpoint and encryption from Metaflow's variables", async () => {
    const settings = { METAFLOW_S3_ENDPOINT_URL: proxy.url, METAFLOW_S3_SERVER_SIDE_ENCRYPTION: "AES256" };
    const [request] = await requestsOf({ endpoint: undefined }, settings);
    expect(request?.headers).toMatchObject({ "x-amz-server-side-encryption": "AES256" });
  });

  it.each([
    ["METAFLOW_S3_SERVER_SIDE_ENCRYPTION", "aws:none", "InvalidArgument"],
    ["METAFLOW_S3_ENDPOINT_URL", "127.0.0.1:9000", "Invalid URL"],
    ["METAFLOW_S3_ENDPOINT_URL", "localhost:9000", "EndpointError"],
  ])("does not pass over a wrong %s: %s", async (name, value, reason) => {
    if (isSeaweedFs && value === "aws:none") return; // SeaweedFS takes any.
    const settings = { METAFLOW_S3_ENDPOINT_URL: server.METAFLOW_S3_ENDPOINT_URL, [name]: value };
    const datastore = await s3({ region: "us-east-1" }).open(makeRoot(server), settings);
    const put = datastore.put("key", Buffer.from("x"));
    await expect(put).rejects.toMatchObject({ message: expect.stringContaining(reason) });
    await expect(put).rejects.not.toMatchObject({ message: expect.stringContaining("tried") });
  });

  it("takes a client that somebody else configured", async () => {
    const client = new S3Client({ endpoint: proxy.url, region: "us-east-1", customUserAgent: "theirs/2" });
    const [request] = await requestsOf({ client, endpoint: "http://127.0.0.1:9" });
    expect(request?.headers["user-agent"]).toContain("theirs/2");
  });

  it("asks for credentials once, however much it does", async () => {
    let asked = 0;
    const credentials = async () => {
      asked++;
      return { accessKeyId: server.AWS_ACCESS_KEY_ID, secretAccessKey: server.AWS_SECRET_ACCESS_KEY };
    };
    const datastore = await openS3(server, makeRoot(server), { credentials });
    await Promise.all(Array.from({ length: 20 }, (_, i) => datastore.put(`key${i}`, Buffer.from("x"))));
    for (let i = 0; i < 20; i++) await datastore.get(`key${i}`);
    expect(asked).toBe(1);
  });
});

serverSuite("what to do about an error of S3's", VARIABLES, (server) => {
  it.each<[string, S3Options, string]>([
    [
      "a wrong secret key",
      { credentials: { accessKeyId: server.AWS_ACCESS_KEY_ID, secretAccessKey: "x" } },
      "Check AWS_SECRET",
    ],
    ["a wrong access key", { credentials: { accessKeyId: "NOBODY", secretAccessKey: "x" } }, "Check AWS_ACCESS_KEY_ID"],
    ["encryption that the store lacks", { encryption: { type: "aws:kms" } }, "leave out the option `encryption`"],
  ])("is said: %s", async (_, options, fix) => {
    if (isSeaweedFs && options.encryption !== undefined) return; // SeaweedFS takes any.
    const datastore = await openS3(server, makeRoot(server), { region: "us-east-1", ...options });
    await expect(datastore.put("key", Buffer.from("x"))).rejects.toMatchObject({ fix: expect.stringContaining(fix) });
  });

  it("is said: a bucket's name that none can have, and no region", async () => {
    const wrong = await openS3(server, "s3://Bad_Name/x", { region: "us-east-1" });
    await expect(wrong.put("key", Buffer.from("x"))).rejects.toMatchObject({ fix: expect.stringContaining("Correct") });
    const region = async () => Promise.reject(new Error("Region is missing"));
    const nowhere = await openS3(server, makeRoot(server), {
      client: new S3Client({ endpoint: server.METAFLOW_S3_ENDPOINT_URL, region }),
    });
    await expect(nowhere.put("key", Buffer.from("x"))).rejects.toMatchObject({
      fix: expect.stringContaining("Set AWS_REGION"),
    });
  });
});

describe("a transfer option", () => {
  it.each([
    [{ maxConcurrency: 0 }, "maxConcurrency: 0. It is a whole number from 1 to"],
    [{ partBytes: 100 }, "partBytes: 100. It is a whole number from 5242880 to"],
  ])("is refused where S3 could not work with it: %j", (options, message) => {
    const error = { code: "MF_DATASTORE_OPTION_INVALID", message: expect.stringContaining(message) };
    expect(() => s3(options).open("s3://bucket", {})).toThrow(expect.objectContaining(error));
  });
});

describe("a root", () => {
  it.each([
    ["s3://bucket", "s3://bucket"],
    ["s3://bucket/", "s3://bucket"],
    ["s3://my.bucket-1/some/prefix/", "s3://my.bucket-1/some/prefix"],
  ])("%s is taken", async (given, root) => {
    expect((await s3().open(given, {})).root).toBe(root);
  });

  it.each(["bucket", "s3://", "s3:///x", "gs://bucket", "s3://b/../x", "s3://b//x", "s3://key:secret@bucket/x"])(
    "%s is refused, and no secret is shown",
    (root) => {
      expect(() => s3().open(root, {})).toThrow(expect.objectContaining({ code: "MF_DATASTORE_ROOT_INVALID" }));
      expect(() => s3().open(root, {})).not.toThrow(/secret/);
    },
  );
});
