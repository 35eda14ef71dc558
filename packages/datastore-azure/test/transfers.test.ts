/** Blobs in blocks: several writers at once, lists that are damaged, transfers that nobody wants any more. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BlobServiceClient } from "@azure/storage-blob";
import type { Datastore } from "@metaflow-ts/core/plugin";
import { type ProxiedRequest, serverSuite, startFaultProxy } from "@metaflow-ts/core/testing";
import { expect, it } from "vitest";
import { azure } from "../src/index.js";
import { makeRoot, openAzure, type Server, serviceAt, VARIABLES } from "./server.js";

const MB = 1024 * 1024;
const WRITERS = ["a", "b", "c", "d"];

/** Sent in three blocks. */
const large = (letter: string) => Buffer.alloc(11 * MB, letter);

const isCommit = ({ method, path }: ProxiedRequest) => method === "PUT" && path.includes("comp=blocklist");

async function readLetter(datastore: Datastore): Promise<string | undefined> {
  const bytes = Buffer.from((await datastore.get("key"))?.bytes ?? []);
  const letter = String.fromCharCode(bytes[0] ?? 0);
  return bytes.equals(large(letter)) ? letter : undefined;
}

/** As any other program sends a blob in blocks. */
async function putBlocks(server: Server, root: string): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(server.AZURE_STORAGE_CONNECTION_STRING);
  const { host, pathname } = new URL(root);
  const blob = service.getContainerClient(host).getBlockBlobClient(`${pathname.slice(1)}/key`);
  await blob.uploadData(large("x"), { blockSize: 4 * MB, maxSingleShotSize: MB });
}

serverSuite("azure transfers", VARIABLES, (server) => {
  it("writers of one blob drop each other's blocks, and all have written", async () => {
    const datastore = await openAzure(server, makeRoot(server));
    for (let round = 0; round < 3; round++) {
      const puts = await Promise.all(WRITERS.map((letter) => datastore.put("key", large(letter))));
      expect(puts.every(({ written }) => written)).toBe(true);
      expect(WRITERS).toContain(await readLetter(datastore));
    }
  });

  it("of writers of one blob under a condition, one has written", async () => {
    const datastore = await openAzure(server, makeRoot(server));
    const winnerOf = async (condition: { readonly ifAbsent?: true; readonly ifMatch?: string }) => {
      const puts = await Promise.all(WRITERS.map((letter) => datastore.put("key", large(letter), condition)));
      const winners = puts.flatMap((put, i) => (put.written ? [{ letter: WRITERS[i], etag: put.etag }] : []));
      expect(winners).toHaveLength(1);
      expect(await readLetter(datastore)).toBe(winners[0]?.letter);
      return winners[0]?.etag ?? "";
    };
    const etag = await winnerOf({ ifAbsent: true });
    await winnerOf({ ifMatch: etag });
  });

  it("whose blocks were dropped has lost, also where the store does not come to the condition", async () => {
    const proxy = await startFaultProxy(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT);
    const body = '<?xml version="1.0"?><Error><Code>InvalidBlockList</Code></Error>';
    const headers = { "content-type": "application/xml" };
    proxy.decide((request) => (isCommit(request) ? { kind: "answer", status: 400, headers, body } : undefined));
    const root = makeRoot(server);
    const other = await openAzure(server, root);
    // One block after the other: what was staged is so before the source goes on.
    const options = { endpoint: serviceAt(server, proxy.url), partConcurrency: 1 };
    const datastore = await openAzure(server, root, options);
    const source = async function* () {
      yield large("x");
      await other.put("key", large("a"));
      yield large("x");
    };
    expect(await datastore.putStream?.("key", source(), { ifAbsent: true })).toEqual({ written: false });
    expect(await readLetter(datastore)).toBe("a");
    expect(proxy.requests.filter(isCommit)).toHaveLength(1);
    await proxy.close();
  });

  it("a list of blocks that was damaged is sent again", async () => {
    const proxy = await startFaultProxy(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT);
    let damaged = 0;
    proxy.decide((request) =>
      isCommit(request) && damaged++ === 0 ? { kind: "corrupt", body: "request" } : undefined,
    );
    const datastore = await openAzure(server, makeRoot(server), { endpoint: serviceAt(server, proxy.url) });
    expect(await datastore.put("key", large("x"))).toMatchObject({ written: true });
    expect(await readLetter(datastore)).toBe("x");
    expect(proxy.requests.filter(isCommit)).toHaveLength(2);
    await proxy.close();
  });

  it.each([
    ["that this package sent", false, 3],
    ["that others sent", true, 4],
  ])("every byte of a blob in blocks has a checksum, %s", async (_, others, answers) => {
    const proxy = await startFaultProxy(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT);
    const root = makeRoot(server);
    const datastore = await openAzure(server, root, { endpoint: serviceAt(server, proxy.url) });
    if (others) await putBlocks(server, root);
    else await datastore.put("key", large("x"));
    // Each answer but those to what is asked again.
    const seen = new Set<string>();
    let damaged = 0;
    proxy.decide(({ method, headers }) => {
      const range = String(headers["x-ms-range"]);
      if (method !== "GET" || seen.has(range)) return undefined;
      seen.add(range);
      damaged++;
      return { kind: "corrupt", body: "answer" };
    });
    expect(await readLetter(datastore)).toBe("x");
    expect(damaged).toBeGreaterThanOrEqual(answers);
    await proxy.close();
  });
});

it("a transfer that is no longer wanted ends", async () => {
  let closed = () => {};
  const ended = new Promise<void>((done) => {
    closed = done;
  });
  const stop = new AbortController();
  const store = createServer((_, response) => {
    response.on("close", closed);
    setTimeout(() => stop.abort(new Error("enough")), 100);
    response.writeHead(200, { "content-length": 100 * MB, etag: '"1"', "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" });
    response.write(Buffer.alloc(MB));
  });
  await new Promise<void>((done) => void store.listen(0, "127.0.0.1", done));
  const { port } = store.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}/account?sig=x`;
  const datastore = await azure({ endpoint }).open("azure://container", {});
  const reading = datastore.get("key", { signal: stop.signal });
  await expect(reading).rejects.toThrow("enough");
  await ended;
  store.close();
});
