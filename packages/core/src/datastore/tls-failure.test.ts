import { createServer } from "node:http";
import { get } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { tlsFailure } from "./tls-failure.js";

/** What a request over TLS fails with, where a server without it listens. */
async function failureOf(request: (url: string) => Promise<unknown>): Promise<unknown> {
  const server = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as AddressInfo;
  const error = await request(`https://127.0.0.1:${port}`).catch((failure: unknown) => failure);
  server.close();
  server.closeAllConnections();
  return error;
}

const noTls = { kind: "broken", reason: expect.stringContaining("TLS"), fix: expect.stringContaining("http://") };

it("tells a server without TLS, by Node's http and by fetch", async () => {
  const plain = (url: string) =>
    new Promise((done, failed) => {
      get(url, done).on("error", failed);
    });
  expect(tlsFailure(await failureOf(plain))).toMatchObject(noTls);
  expect(tlsFailure(await failureOf(fetch))).toMatchObject(noTls);
});

it.each(["DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID", "CERT_HAS_EXPIRED"])(
  "tells a certificate that is not trusted (%s), also as a cause",
  (code) => {
    const cause = Object.assign(new Error("it is\n not good"), { code });
    const failure = {
      kind: "broken",
      reason: expect.stringContaining("it is not good"),
      fix: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    };
    expect(tlsFailure(cause)).toMatchObject(failure);
    expect(tlsFailure(new TypeError("fetch failed", { cause }))).toMatchObject(failure);
  },
);

it.each(["ECONNRESET", "EPROTO", "UNABLE_TO_CONNECT", 401])("leaves everything else alone (%s)", (code) => {
  expect(tlsFailure(Object.assign(new Error("no"), { code }))).toBeUndefined();
  expect(tlsFailure(null)).toBeUndefined();
});
