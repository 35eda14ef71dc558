/** Azure behind a network that loses, breaks, delays and damages what it carries. */
import { BlobServiceClient, newPipeline } from "@azure/storage-blob";
import { faultSuite, serverSuite } from "@metaflow-ts/core/testing";
import { answer, keyOf, makeRoot, openAzure, type Server, serviceAt, UNSORTED, VARIABLES } from "./server.js";

const because = (detail: string) => `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;

/** A client whose requests lose their conditions: signed headers cannot be dropped on the way unseen. */
function ignoringConditions(server: Server): BlobServiceClient {
  const pipeline = newPipeline(keyOf(server), { retryOptions: { maxTries: 1 } });
  pipeline.factories.push({
    create: (next) => ({
      sendRequest(request) {
        for (const name of ["if-none-match", "if-match"]) request.headers.remove(name);
        return next.sendRequest(request);
      },
    }),
  });
  return new BlobServiceClient(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT, pipeline);
}

serverSuite("azure behind faults", VARIABLES, (server) => {
  faultSuite("azure behind faults", {
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    open: (endpoint, root = makeRoot(server)) => openAzure(server, root, { endpoint: serviceAt(server, endpoint) }),
    answers: {
      passing: [
        answer(500, "InternalError"),
        answer(500, "OperationTimedOut"),
        answer(502, "BadGateway"),
        answer(503, "ServerBusy"),
        answer(429, "TooManyRequests", "", { "retry-after": "0" }),
        answer(400, "Md5Mismatch"),
      ],
      overloaded: answer(503, "ServerBusy", "", { "retry-after": "0" }),
      denied: answer(403, "AuthorizationPermissionMismatch"),
      expired: answer(401, "InvalidAuthenticationInfo"),
      skewed: answer(403, "AuthenticationFailed", because("Request date header too old: 'long ago'")),
    },
    openIgnoring: (root) => openAzure(server, root, { client: ignoringConditions(server) }),
    // Of a range Azure tells the checksum up to 4 MiB; lists have none.
    isChecked: ({ method, path, headers }) =>
      method === "GET" &&
      !/[?&]comp=/.test(path) &&
      (headers["x-ms-range"] === undefined || headers["x-ms-range-get-content-md5"] === "true"),
    skip: UNSORTED,
  });
});
