/** Runs in a bucket, as a person sees them. */
import { resolve } from "node:path";
import { type FaultProxy, flowSuite } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { gcsSuite, makeRoot, openGcs, startDenying } from "./server.js";

gcsSuite("gcs", (server) => {
  let denying: FaultProxy;
  beforeAll(async () => {
    denying = await startDenying(server);
  });
  afterAll(() => denying.close());

  flowSuite("flows on gcs", {
    datastore: "gs",
    packages: { "@metaflow-ts/datastore-gcs": resolve(import.meta.dirname, "..") },
    open: (root) => openGcs(server, root),
    makeRoot: () => makeRoot(server),
    absentRoot: "gs://no-such-bucket-here/metaflow",
    endpoint: server.endpoint,
    environment: (endpoint) => ({ METAFLOW_GS_ENDPOINT_URL: endpoint }),
    readerEnvironment: () => ({ METAFLOW_GS_ENDPOINT_URL: denying.url }),
    // But for one question of each process, whether the bucket is there: Google says it with the 404, the emulator not.
    isList: ({ path }) => /\/o\?/.test(path) && !path.includes("uploadType=") && !path.includes("maxResults=1&"),
  });
});
