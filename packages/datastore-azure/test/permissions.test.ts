/** What may be done with which right: absent, denied and broken are three outcomes. */
import { BlobServiceClient, ContainerSASPermissions } from "@azure/storage-blob";
import { serverSuite } from "@metaflow-ts/core/testing";
import { beforeAll, describe, expect, it } from "vitest";
import { makeRoot, openAzure, serviceAt, VARIABLES } from "./server.js";

const text = (value: string) => Buffer.from(value);
const DENIED = expect.objectContaining({ code: "MF_DATASTORE_DENIED" });
const BROKEN = expect.objectContaining({ code: "MF_DATASTORE_BROKEN" });

serverSuite("azure permissions", VARIABLES, (server) => {
  const { METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: endpoint, METAFLOW_TEST_AZURE_CONTAINER: name } = server;
  const container = BlobServiceClient.fromConnectionString(server.AZURE_STORAGE_CONNECTION_STRING).getContainerClient(
    name,
  );
  const root = makeRoot(server);
  /** The datastore as somebody who has these rights in the container, and no others. */
  const openWith = async (rights: string, at = root) => {
    const permissions = ContainerSASPermissions.parse(rights);
    const expiresOn = new Date(Date.now() + 3_600_000);
    const { search } = new URL(await container.generateSasUrl({ permissions, expiresOn }));
    return await openAzure(server, at, { endpoint: `${endpoint}${search}`, credential: undefined });
  };
  beforeAll(async () => {
    await (await openAzure(server, root)).put("key", text("x"));
  });

  it("reading, writing and listing are enough for all that runs do", async () => {
    const datastore = await openWith("rwl", makeRoot(server));
    const put = await datastore.put("small", text("1"), { ifAbsent: true });
    expect(put).toMatchObject({ written: true });
    expect(await datastore.put("small", text("2"), { ifAbsent: true })).toEqual({ written: false });
    const ifMatch = put.written ? put.etag : "";
    expect(await datastore.put("small", text("3"), { ifMatch })).toMatchObject({ written: true });
    expect(await datastore.put("large", Buffer.alloc(11_000_000, "x"))).toMatchObject({ written: true });
    expect((await datastore.get("large"))?.bytes.length).toBe(11_000_000);
    expect((await datastore.list("")).keys).toEqual(["large", "small"]);
    expect(await datastore.head("absent")).toBeNull();
    await expect(datastore.delete("small")).rejects.toEqual(DENIED);
  });

  it("reading and listing let read, and no more", async () => {
    const datastore = await openWith("rl");
    expect((await datastore.get("key"))?.size).toBe(1);
    expect(await datastore.get("absent")).toBeNull();
    expect((await datastore.list("")).keys).toEqual(["key"]);
    await expect(datastore.put("key", text("y"))).rejects.toEqual(DENIED);
    await expect(datastore.put("new", text("y"), { ifAbsent: true })).rejects.toEqual(DENIED);
    await expect(datastore.put("large", Buffer.alloc(11_000_000))).rejects.toEqual(DENIED);
  });

  it("what may not be read is denied, never absent", async () => {
    const datastore = await openWith("w");
    for (const key of ["key", "absent"]) {
      await expect(datastore.get(key)).rejects.toEqual(DENIED);
      await expect(datastore.head(key)).rejects.toEqual(DENIED);
    }
    await expect(datastore.list("")).rejects.toEqual(DENIED);
  });

  it("an absent container is broken, never absent", async () => {
    const datastore = await openAzure(server, "azure://no-such-container-here/prefix");
    await expect(datastore.get("key")).rejects.toEqual(BROKEN);
    await expect(datastore.head("key")).rejects.toEqual(BROKEN);
    await expect(datastore.list("")).rejects.toEqual(BROKEN);
    await expect(datastore.put("key", text("x"))).rejects.toEqual(BROKEN);
    await expect(datastore.put("large", Buffer.alloc(11_000_000))).rejects.toEqual(BROKEN);
  });

  describe("a signature", () => {
    const signed = (url: string) => `${serviceAt(server, url)}?sv=2026-10-06&sr=c&sp=rl&sig=c2VjcmV0`;
    it.each([
      ["is not let in", endpoint, DENIED],
      ["reaches nobody", "http://127.0.0.1:9", BROKEN],
    ])("that %s is in no error", async (_, url, expected) => {
      const options = { endpoint: signed(url), credential: undefined, retry: { tries: 1 } };
      const datastore = await openAzure(server, root, options);
      const error: Error = await datastore.get("key").then(
        () => expect.unreachable(),
        (reason) => reason,
      );
      expect(error).toEqual(expected);
      expect(`${error.stack}${JSON.stringify(error)}`).not.toMatch(/c2VjcmV0|sig=/);
    });
  });
});
