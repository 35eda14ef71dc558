/** Tokens of Microsoft Entra ID, which Azurite does not know: the store and what gives tokens are stubs. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it, vi } from "vitest";
import { type AzureOptions, azure } from "../src/index.js";

type HttpClient = NonNullable<AzureOptions["httpClient"]>;
type Response = Awaited<ReturnType<HttpClient["sendRequest"]>>;

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A store over TLS that takes everything, but for the requests that it answers otherwise; and what it was sent. */
function makeStore(statusOf: (index: number) => number = () => 201) {
  const authorizations: (string | undefined)[] = [];
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const status = statusOf(authorizations.push(request.headers.get("authorization")) - 1);
      const code = status === 401 ? { "x-ms-error-code": "InvalidAuthenticationInfo" } : {};
      const headers = { toJson: () => ({ etag: '"1"', ...code }) } as unknown as Response["headers"];
      return { request, status, headers };
    },
  };
  return { httpClient, authorizations };
}

const open = async (options: AzureOptions) =>
  await azure({ endpoint: "https://account.example", ...options }).open("azure://container", {});

const putMany = async (options: AzureOptions) => {
  const datastore = await open(options);
  await Promise.all(Array.from({ length: 20 }, (_, i) => datastore.put(`key${i}`, Buffer.from("x"))));
  for (let i = 0; i < 20; i++) await datastore.put(`key${i}`, Buffer.from("y"));
};

/** A credential that counts its tokens. */
function makeCredential() {
  const tokens: string[] = [];
  const getToken = async () => {
    const token = `token${tokens.length}`;
    tokens.push(token);
    return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
  };
  return { tokens, getToken };
}

it("asks for a token once, however much it does", async () => {
  const credential = makeCredential();
  const { httpClient, authorizations } = makeStore();
  await putMany({ credential, httpClient });
  expect(credential.tokens).toEqual(["token0"]);
  expect(new Set(authorizations)).toEqual(new Set(["Bearer token0"]));
});

it("asks for a new token where the old one is no longer taken, once", async () => {
  const credential = makeCredential();
  const passing = makeStore((index) => (index === 0 ? 401 : 201));
  await (await open({ credential, httpClient: passing.httpClient })).put("key", Buffer.from("x"));
  expect(passing.authorizations).toEqual(["Bearer token0", "Bearer token1"]);
  const { httpClient, authorizations } = makeStore(() => 401);
  const denied = (await open({ credential, httpClient })).put("key", Buffer.from("x"));
  await expect(denied).rejects.toMatchObject({ code: "MF_DATASTORE_DENIED" });
  expect(authorizations).toHaveLength(2);
});

it("takes Azure's own chain where no credential is given", async () => {
  let asked = 0;
  const identity = createServer((_, response) => {
    asked++;
    const expires_on = Math.floor(Date.now() / 1000) + 86_400;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: "managed", expires_on, resource: "r", token_type: "Bearer" }));
  });
  await new Promise<void>((done) => void identity.listen(0, "127.0.0.1", done));
  const { port } = identity.address() as AddressInfo;
  vi.stubEnv("IDENTITY_ENDPOINT", `http://127.0.0.1:${port}/token`);
  vi.stubEnv("IDENTITY_HEADER", "x");
  vi.stubEnv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential");
  const { httpClient, authorizations } = makeStore();
  await putMany({ httpClient });
  identity.close();
  expect(asked).toBe(1);
  expect(new Set(authorizations)).toEqual(new Set(["Bearer managed"]));
});

it("sends no token over a connection that anybody can read, and says so", async () => {
  const { httpClient, authorizations } = makeStore();
  const datastore = await open({ endpoint: "http://account.example", credential: makeCredential(), httpClient });
  await expect(datastore.get("key")).rejects.toMatchObject({
    code: "MF_DATASTORE_BROKEN",
    message: expect.stringContaining("non-TLS"),
  });
  expect(authorizations).toEqual([]);
});
