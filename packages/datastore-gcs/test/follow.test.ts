/** Logs of tasks that run elsewhere, with the bucket in common. */
import { followSuite } from "@metaflow-ts/core/testing";
import { gcsSuite, placeOf } from "./server.js";

gcsSuite("gcs", (server) => {
  const place = placeOf(server, () => {
    throw new Error("Nobody is denied anything here.");
  });
  followSuite("logs followed on gcs", { ...place, endpoint: server.endpoint });
});
