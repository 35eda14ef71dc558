/** The contract of all datastores, and of the data tools, kept by a real server. */
import { Storage } from "@google-cloud/storage";
import { dataSuite, datastoreSuite, type FaultProxy } from "@metaflow-ts/core/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
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

  it("gives no mixture of two objects, however many ranges it takes to read one", async () => {
    const options = { partBytes: 256 * 1024, partConcurrency: 1 };
    const datastore = await openGcs(server, makeRoot(server), options);
    const [before, after] = [1, 2].map((value) => Buffer.alloc(4 * 1024 * 1024, value));
    await datastore.put("key", before ?? Buffer.of());
    const found = await datastore.getStream?.("key");
    const reading = async () => {
      for await (const _ of found?.stream ?? []) await datastore.put("key", after ?? Buffer.of());
    };
    await expect(reading()).rejects.toThrow(/replaced while it was read/);
  });

  it("says that it cannot read what others stored compressed, rather than give other bytes than are stored", async () => {
    const datastore = await openGcs(server, `gs://${server.bucket}`);
    const storage = new Storage({ apiEndpoint: server.endpoint });
    await storage.bucket(server.bucket).file("compressed").save("text", { gzip: true });
    await expect(datastore.get("compressed")).rejects.toThrow(/content encoding 'gzip'/);
  });
});
