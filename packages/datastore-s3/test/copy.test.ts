/** Runs that are copied into a bucket, and out of it. */
import { copySuite, localPlace, serverSuite } from "@metaflow-ts/core/testing";
import { placeOf, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  const place = placeOf(server);
  copySuite(localPlace(), place);
  copySuite(place, localPlace());
});
