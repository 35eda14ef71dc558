/** Runs in a bucket, as a person sees them. */
import { type FaultProxy, flowSuite } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { answer, gcsSuite, placeOf, startDenying } from "./server.js";

gcsSuite("gcs", (server) => {
  let denying: FaultProxy;
  beforeAll(async () => {
    denying = await startDenying(server);
  });
  afterAll(() => denying.close());

  flowSuite("flows on gcs", {
    ...placeOf(server, () => denying),
    endpoint: server.endpoint,
    absentRoot: "gs://no-such-bucket-here/metaflow",
    throttled: [
      answer(429, "rateLimitExceeded"),
      answer(429, "rateLimitExceeded", { "retry-after": "1" }),
      answer(503, "backendError"),
      answer(403, "userRateLimitExceeded"),
    ],
    // But for one question of each process, whether the bucket is there: Google says it with the 404, the emulator not.
    isList: ({ path }) => /\/o\?/.test(path) && !path.includes("uploadType=") && !path.includes("maxResults=1&"),
  });
});
