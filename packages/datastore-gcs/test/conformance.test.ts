/** The contract of all datastores, and of the data tools, kept by a real server. */
import { dataSuite, datastoreSuite, type FaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll } from "vitest";
import { gcsSuite, makeRoot, openGcs, SKIPPED, startDenying } from "./server.js";

gcsSuite("gcs", (server) => {
  let denying: FaultProxy;
  beforeAll(async () => {
    denying = await startDenying(server);
  });
  afterAll(() => denying.close());

  const open = async () => ({ datastore: await openGcs(server, makeRoot(server)) });
  datastoreSuite(
    "gcs",
    {
      open,
      makeDenied: async () => ({ datastore: await openGcs(server, makeRoot(server), { endpoint: denying.url }) }),
      makeBroken: async () => ({
        datastore: await openGcs(server, makeRoot(server), { endpoint: "http://127.0.0.1:2", retry: { tries: 2 } }),
      }),
    },
    { skip: SKIPPED },
  );
  dataSuite("gcs", { open });
});
