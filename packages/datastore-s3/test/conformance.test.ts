/** The contract of all datastores, and of the data tools, kept by a real server. */
import { dataSuite, datastoreSuite, serverSuite } from "@metaflow-ts/core/testing";
import { makeRoot, openS3, readerOf, SKIPPED, VARIABLES } from "./server.js";

serverSuite("s3", VARIABLES, (server) => {
  const open = async () => ({ datastore: await openS3(server, makeRoot(server)) });
  datastoreSuite(
    "s3",
    {
      open,
      makeDenied: async () => ({
        datastore: await openS3(server, makeRoot(server), { credentials: readerOf(server) }),
      }),
      makeBroken: async () => ({
        datastore: await openS3(server, makeRoot(server), { endpoint: "http://127.0.0.1:9", retry: { tries: 2 } }),
      }),
    },
    { skip: SKIPPED },
  );
  dataSuite("s3", { open });
});
