/** Logs of tasks that run elsewhere, with the container in common. */
import { followSuite, serverSuite } from "@metaflow-ts/core/testing";
import { placeOf, VARIABLES } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  followSuite("logs followed on azure", {
    ...placeOf(server),
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
  });
});
