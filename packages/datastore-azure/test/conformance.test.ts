/** The contract of all datastores, kept by a real server. */
import { dataSuite, datastoreSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openAzure, readerAt, serviceAt, UNSORTED, VARIABLES } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  const open = async () => ({ datastore: await openAzure(server, makeRoot(server)) });
  const endpoint = server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT;
  const factory = {
    open,
    makeDenied: async () => {
      const reader = { endpoint: readerAt(server, endpoint), credential: undefined };
      return { datastore: await openAzure(server, makeRoot(server), reader) };
    },
    makeBroken: async () => {
      const nobody = { endpoint: serviceAt(server, "http://127.0.0.1:9"), retry: { tries: 2 } };
      return { datastore: await openAzure(server, makeRoot(server), nobody) };
    },
  };
  datastoreSuite("azure", factory, { skip: UNSORTED });
  dataSuite("azure", { open });
});
