/** Tasks in places that have nothing but Node, the bucket's URL and credentials. */
import { resolve } from "node:path";
import { detachedSuite } from "@metaflow-ts/core/testing";
import { gcsSuite, makeRoot, openGcs } from "./server.js";

gcsSuite("gcs", (server) => {
  detachedSuite("gcs", {
    datastore: "gs",
    packages: { "@metaflow-ts/datastore-gcs": resolve(import.meta.dirname, "..") },
    open: (root) => openGcs(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.endpoint,
    placeEnvironment: (endpoint) => ({ METAFLOW_GS_ENDPOINT_URL: endpoint }),
    flows: 1,
    requests: { reads: 6, writes: 1 },
  });
});
