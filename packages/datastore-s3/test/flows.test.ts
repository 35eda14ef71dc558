/** Runs in a bucket, as a person sees them. */
import { resolve } from "node:path";
import { flowSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openS3, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  flowSuite("flows on s3", {
    datastore: "s3",
    packages: { "@metaflow-ts/datastore-s3": resolve(import.meta.dirname, "..") },
    open: (root) => openS3(server, root),
    makeRoot: () => makeRoot(server),
    absentRoot: "s3://no-such-bucket-here/metaflow",
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    environment: (endpoint) => ({ METAFLOW_S3_ENDPOINT_URL: endpoint }),
    readerEnvironment: (endpoint) => ({
      METAFLOW_S3_ENDPOINT_URL: endpoint,
      AWS_ACCESS_KEY_ID: server.METAFLOW_TEST_S3_READER_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: server.METAFLOW_TEST_S3_READER_SECRET_ACCESS_KEY,
    }),
    isList: ({ path }) => path.includes("list-type="),
  });
});
