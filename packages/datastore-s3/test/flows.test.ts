/** Runs in a bucket, as a person sees them. */
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { answer, placeOf, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  flowSuite("flows on s3", {
    ...placeOf(server),
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    absentRoot: "s3://no-such-bucket-here/metaflow",
    throttled: [
      answer(503, "SlowDown"),
      answer(503, "SlowDown", { "retry-after": "1" }),
      answer(503, "ServiceUnavailable"),
    ],
    isList: ({ path }) => path.includes("list-type="),
  });
});
