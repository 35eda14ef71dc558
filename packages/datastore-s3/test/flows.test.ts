/** Runs in a bucket, as a person sees them. */
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { placeOf, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  flowSuite("flows on s3", {
    ...placeOf(server),
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    absentRoot: "s3://no-such-bucket-here/metaflow",
    isList: ({ path }) => path.includes("list-type="),
  });
});
