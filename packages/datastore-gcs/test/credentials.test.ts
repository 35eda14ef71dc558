/** Credentials by Google's default chain, over a token service that is ours. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Storage } from "@google-cloud/storage";
import { type FaultProxy, startFaultProxy } from "@metaflow-ts/core/testing";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type GcsOptions, gs } from "../src/index.js";
import { BUCKET, type ProtocolServer, startProtocolServer } from "./protocol-server.js";
import { answer } from "./server.js";

let store: ProtocolServer;
let proxy: FaultProxy;
let folder: string;
let tokens: Server;
/** Tokens that were asked for, and how the next ones are answered. */
let asked: number;
let tokenStatus: number;
beforeEach(async () => {
  store = await startProtocolServer();
  proxy = await startFaultProxy(store.url);
  folder = await mkdtemp(join(tmpdir(), "metaflow-gcs-"));
  asked = 0;
  tokenStatus = 200;
  tokens = createServer((_, response) => {
    response.writeHead(tokenStatus, { "content-type": "application/json" });
    const token = { access_token: `token-${++asked}`, expires_in: 3600, token_type: "Bearer", issued_token_type: "x" };
    response.end(
      JSON.stringify(tokenStatus === 200 ? token : { error: "invalid_grant", error_description: "made up" }),
    );
  });
  await new Promise<void>((done) => void tokens.listen(0, "127.0.0.1", done));
  await writeFile(join(folder, "subject"), "subject-token");
  await signIn({
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`,
    credential_source: { file: join(folder, "subject") },
  });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([proxy.close(), store.close(), rm(folder, { recursive: true })]);
  tokens.close();
});

/** Google's own variable, with a file of credentials. */
async function signIn(content: object): Promise<void> {
  const file = join(folder, "credentials.json");
  await writeFile(file, JSON.stringify(content));
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", file);
}

async function open(options: GcsOptions = {}) {
  const given = { endpoint: proxy.url, useAuthWithCustomEndpoint: true, retry: { tries: 3, base: 1, cap: 1 } };
  return await gs({ ...given, ...options }).open(`gs://${BUCKET}/runs`, {});
}

const authorizations = () => proxy.requests.map(({ headers }) => headers.authorization);

it("asks for a token once, however much it does, and sends it with every request", async () => {
  const datastore = await open();
  await Promise.all(Array.from({ length: 20 }, (_, i) => datastore.head(`key${i}`)));
  for (let i = 0; i < 20; i++) await datastore.list("folder/");
  expect(asked).toBe(1);
  expect(new Set(authorizations())).toEqual(new Set(["Bearer token-1"]));
});

it("takes an authClient or a client that is given", async () => {
  const client = new Storage({ apiEndpoint: proxy.url, useAuthWithCustomEndpoint: true, projectId: "none" });
  const authClient = await client.authClient.getClient();
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", join(folder, "none.json"));
  await (await open({ authClient })).head("key");
  await (await open({ client })).head("key");
  expect(authorizations()).toEqual(["Bearer token-1", "Bearer token-1"]);
});

it("gets a new token for a call that was answered that the old one expired", async () => {
  const datastore = await open();
  proxy.decide(({ headers }) => (headers.authorization === "Bearer token-1" ? answer(401, "authError") : undefined));
  expect(await datastore.head("key")).toBeNull();
  expect(authorizations()).toEqual(["Bearer token-1", "Bearer token-2"]);
});

it("is denied where the token service refuses, and says what to do", async () => {
  tokenStatus = 400;
  const datastore = await open();
  await expect(datastore.head("key")).rejects.toMatchObject({
    code: "MF_DATASTORE_DENIED",
    fix: expect.stringContaining("GOOGLE_APPLICATION_CREDENTIALS"),
  });
  expect(proxy.requests).toEqual([]);
});

it("is broken, not denied, where the token service cannot answer", async () => {
  tokenStatus = 500;
  await expect((await open()).head("key")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
  tokens.close();
  await expect((await open()).head("key")).rejects.toMatchObject({ code: "MF_DATASTORE_BROKEN" });
});

it("is denied without credentials that can be read", async () => {
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", join(folder, "none.json"));
  await expect((await open()).head("key")).rejects.toMatchObject({ code: "MF_DATASTORE_DENIED" });
});

it("sends no credentials to an endpoint of one's own, unless it is to", async () => {
  const datastore = await gs({ endpoint: proxy.url }).open(`gs://${BUCKET}/runs`, {});
  await datastore.head("key");
  expect(authorizations()).toEqual([undefined]);
  expect(asked).toBe(0);
});
