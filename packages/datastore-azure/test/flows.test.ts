/** Runs in a container, as a person sees them. */
import { resolve } from "node:path";
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openAzure, readerAt, VARIABLES, writerAt } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  flowSuite("flows on azure", {
    datastore: "azure",
    packages: { "@metaflow-ts/datastore-azure": resolve(import.meta.dirname, "..") },
    open: (root) => openAzure(server, root),
    makeRoot: () => makeRoot(server),
    absentRoot: "azure://no-such-container-here/metaflow",
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    environment: (endpoint) => ({ METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: writerAt(server, endpoint) }),
    readerEnvironment: (endpoint) => ({ METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: readerAt(server, endpoint) }),
    isList: ({ path }) => path.includes("comp=list"),
  });
});
