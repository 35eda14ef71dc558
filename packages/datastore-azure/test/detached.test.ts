/** Tasks in places that have nothing but Node, the container's URL and a signature. */
import { resolve } from "node:path";
import { detachedSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openAzure, VARIABLES, writerAt } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  detachedSuite("azure", {
    datastore: "azure",
    packages: { "@metaflow-ts/datastore-azure": resolve(import.meta.dirname, "..") },
    open: (root) => openAzure(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    placeEnvironment: (endpoint) => ({
      METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: writerAt(server, endpoint),
    }),
    flows: 1,
    requests: { reads: 6, writes: 1 },
  });
});
