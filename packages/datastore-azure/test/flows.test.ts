/** Runs in a container, as a person sees them. */
import { resolve } from "node:path";
import { AccountSASPermissions, AccountSASResourceTypes, BlobServiceClient } from "@azure/storage-blob";
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openAzure, readerAt, serviceAt, VARIABLES } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  // Commands have no account key: what is in variables is the URL with a signature.
  const { search } = new URL(
    BlobServiceClient.fromConnectionString(server.AZURE_STORAGE_CONNECTION_STRING).generateAccountSasUrl(
      new Date(Date.now() + 3_600_000),
      AccountSASPermissions.parse("rwl"),
      AccountSASResourceTypes.parse("co").toString(),
    ),
  );
  flowSuite("flows on azure", {
    datastore: "azure",
    packages: { "@metaflow-ts/datastore-azure": resolve(import.meta.dirname, "..") },
    open: (root) => openAzure(server, root),
    makeRoot: () => makeRoot(server),
    absentRoot: "azure://no-such-container-here/metaflow",
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    environment: (endpoint) => ({
      METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: `${serviceAt(server, endpoint)}${search}`,
    }),
    readerEnvironment: (endpoint) => ({
      METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: readerAt(server, endpoint),
    }),
    isList: ({ path }) => path.includes("comp=list"),
  });
});
