/** The contract of all datastores, kept by a real server. */
import { datastoreSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openS3, readerOf, SKIPPED, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  datastoreSuite(
    "s3",
    {
      open: async () => ({ datastore: await openS3(server, makeRoot(server)) }),
      makeDenied: async () => ({
        datastore: await openS3(server, makeRoot(server), { credentials: readerOf(server) }),
      }),
      makeBroken: async () => ({
        datastore: await openS3(server, makeRoot(server), { endpoint: "http://127.0.0.1:9", retry: { tries: 2 } }),
      }),
    },
    { skip: SKIPPED },
  );
});
