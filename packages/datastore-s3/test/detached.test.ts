/** Tasks in places that have nothing but Node, the bucket's URL and credentials. */
import { resolve } from "node:path";
import { detachedSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openS3, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  detachedSuite("s3", {
    datastore: "s3",
    packages: { "@metaflow-ts/datastore-s3": resolve(import.meta.dirname, "..") },
    open: (root) => openS3(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.METAFLOW_S3_ENDPOINT_URL,
    placeEnvironment: (endpoint) => ({
      METAFLOW_S3_ENDPOINT_URL: endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: server.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: server.AWS_SECRET_ACCESS_KEY,
    }),
    requests: { reads: 6, writes: 1 },
  });
});
