/** Runs in a container, as a person sees them. */
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { answer, placeOf, VARIABLES } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  flowSuite("flows on azure", {
    ...placeOf(server),
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    absentRoot: "azure://no-such-container-here/metaflow",
    throttled: [
      answer(503, "ServerBusy"),
      answer(503, "ServerBusy", "", { "retry-after": "1" }),
      answer(429, "TooManyRequests"),
    ],
    isList: ({ path }) => path.includes("comp=list"),
  });
});
