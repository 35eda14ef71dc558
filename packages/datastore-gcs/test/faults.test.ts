/** Cloud Storage behind a network that loses, breaks, delays and damages what it carries. */
import { faultSuite } from "@metaflow-ts/core/testing";
import { answer, gcsSuite, makeRoot, openGcs, SKIPPED } from "./server.js";

/** Requests that lose their conditions. */
const ignoringConditions: typeof fetch = (input, init) => {
  const url = new URL(String(input));
  url.searchParams.delete("ifGenerationMatch");
  return fetch(url, init);
};

gcsSuite("gcs behind faults", (server) => {
  faultSuite("gcs behind faults", {
    skip: SKIPPED,
    endpoint: server.endpoint,
    // In one request: the emulator ends an upload in parts that is asked how far it got. protocol.test.ts has them.
    open: (endpoint, root = makeRoot(server)) =>
      openGcs(server, root, { endpoint, partBytes: 64 * 1024 * 1024, retry: { idle: 1_000, total: 20_000 } }),
    answers: {
      passing: [
        answer(500, "backendError"),
        answer(502, "badGateway"),
        answer(503, "backendError"),
        answer(429, "rateLimitExceeded", { "retry-after": "0" }),
        answer(408, "requestTimeout"),
        answer(409, "conflict"),
        answer(403, "userRateLimitExceeded"),
      ],
      overloaded: answer(429, "rateLimitExceeded", { "retry-after": "0" }),
      denied: answer(403, "forbidden"),
      expired: answer(401, "authError"),
    },
    openIgnoring: (root) => openGcs(server, root, { fetch: ignoringConditions }),
    // Descriptions and lists have no checksum, and of a range the store only tells the length.
    isChecked: ({ path, headers }) => path.includes("alt=media") && !headers.range,
  });
});
