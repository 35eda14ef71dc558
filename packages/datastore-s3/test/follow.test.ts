/** Logs of tasks that run elsewhere, with the bucket in common. */
import { followSuite, serverSuite } from "@metaflow-ts/core/testing";
import { placeOf, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  followSuite("logs followed on s3", { ...placeOf(server), endpoint: server.METAFLOW_S3_ENDPOINT_URL });
});
