/** Runs that are copied into a container, and out of it. */
import { copySuite, localPlace, serverSuite } from "@metaflow-ts/core/testing";
import { placeOf, VARIABLES } from "./server.js";

serverSuite("azure", VARIABLES, (server) => {
  const place = placeOf(server);
  copySuite(localPlace(), place);
  copySuite(place, localPlace());
});
