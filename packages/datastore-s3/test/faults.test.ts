/** S3 behind a network that loses, breaks, delays and damages what it carries. */
import { S3Client } from "@aws-sdk/client-s3";
import { faultSuite, serverSuite } from "@metaflow-ts/core/testing";
import { answer, isSeaweedFs, makeRoot, openS3, type Server, SKIPPED, VARIABLES } from "./server.js";

/** A client whose requests lose their conditions: signed headers cannot be dropped on the way unseen. */
function ignoringConditions(server: Server): S3Client {
  const client = new S3Client({ endpoint: server.METAFLOW_S3_ENDPOINT_URL, region: "us-east-1", forcePathStyle: true });
  client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> };
      for (const name of ["if-none-match", "if-match"]) delete headers[name];
      return next(args);
    },
    { step: "build" },
  );
  return client;
}

serverSuite("s3 behind faults", VARIABLES, (server) => {
  faultSuite("s3 behind faults", {
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    open: (endpoint, root = makeRoot(server)) => openS3(server, root, { endpoint }),
    answers: {
      passing: [
        answer(500, "InternalError"),
        answer(502, "BadGateway"),
        answer(503, "ServiceUnavailable"),
        answer(429, "TooManyRequests", { "retry-after": "0" }),
        answer(400, "RequestTimeout"),
        answer(409, "OperationAborted"),
      ],
      overloaded: answer(503, "SlowDown", { "retry-after": "0" }),
      denied: answer(403, "AccessDenied"),
      expired: answer(400, "ExpiredToken"),
      skewed: answer(403, "RequestTimeTooSkewed"),
    },
    openIgnoring: (root) => openS3(server, root, { client: ignoringConditions(server) }),
    skip: SKIPPED,
    // Lists and uploads answer without a checksum, and so do ranges: of those the store only tells the length.
    // So does SeaweedFS of a part; whoever needs more has a hash, as blobs do.
    isChecked: ({ method, path, headers }) =>
      method === "GET" &&
      !/[?&]list-type=/.test(path) &&
      !headers.range &&
      !(isSeaweedFs && /[?&]partNumber=/.test(path)),
  });
});
