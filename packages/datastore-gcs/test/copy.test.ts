/** Runs that are copied into a bucket, and out of it. */
import { copySuite, type FaultProxy, localPlace } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { gcsSuite, placeOf, startDenying } from "./server.js";

gcsSuite("gcs", (server) => {
  let denying: FaultProxy;
  beforeAll(async () => {
    denying = await startDenying(server);
  });
  afterAll(() => denying.close());

  const place = placeOf(server, () => denying);
  // The emulator ends an upload in parts that is asked how far it got.
  copySuite(localPlace(), place, { isSpared: ({ path }) => path.includes("upload_id=") });
  copySuite(place, localPlace());
});
