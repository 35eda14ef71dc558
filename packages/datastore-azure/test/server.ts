/** The Azure server that tests run against, and datastores on it of which each has a prefix of its own. */
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { AccountSASPermissions, AccountSASResourceTypes, BlobServiceClient } from "@azure/storage-blob";
import type { Datastore } from "@metaflow-ts/core/plugin";
import type { CommandPlace } from "@metaflow-ts/core/testing";
import { type AzureOptions, azure } from "../src/index.js";

/** What `serverSuite` needs. */
export const VARIABLES = [
  "METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT",
  "METAFLOW_TEST_AZURE_CONTAINER",
  "METAFLOW_TEST_AZURE_READER_SAS",
  "AZURE_STORAGE_CONNECTION_STRING",
] as const;

/** What Azurite cannot do. */
export const UNSORTED = {
  "a list is in the order of the keys' bytes beyond ASCII, too": "Azurite has the order of UTF-16",
};

export type Server = Readonly<Record<(typeof VARIABLES)[number], string>>;

/** Waits that do not hold up tests. */
const QUICK = { tries: 12, base: 5, cap: 50, total: 20_000, idle: 1_000 };

export function makeRoot(server: Server): string {
  return `azure://${server.METAFLOW_TEST_AZURE_CONTAINER}/test-${Date.now()}-${randomBytes(4).toString("hex")}`;
}

/** A datastore below `root`, as the owner of the account. */
export async function openAzure(server: Server, root: string, options: AzureOptions = {}): Promise<Datastore> {
  const { METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: endpoint } = server;
  const given = { endpoint, credential: keyOf(server), retry: QUICK, partBytes: 5 * 1024 * 1024, ...options };
  return await azure(given).open(root, {});
}

/** The key of the account's owner. */
export function keyOf(server: Server): NonNullable<AzureOptions["credential"]> {
  return BlobServiceClient.fromConnectionString(server.AZURE_STORAGE_CONNECTION_STRING).credential;
}

/** The blob service, as it is at another URL, of a proxy for instance; the account is part of its path. */
export function serviceAt(server: Server, url: string): string {
  return new URL(new URL(server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT).pathname, url).href;
}

/** The same with a signature that lets read, write and list: commands have no account key. */
export function writerAt(server: Server, url: string): string {
  const { search } = new URL(
    BlobServiceClient.fromConnectionString(server.AZURE_STORAGE_CONNECTION_STRING).generateAccountSasUrl(
      new Date(Date.now() + 3_600_000),
      AccountSASPermissions.parse("rwl"),
      AccountSASResourceTypes.parse("co").toString(),
    ),
  );
  return `${serviceAt(server, url)}${search}`;
}

/** The same with the signature of a user who may get and list, and nothing else. */
export function readerAt(server: Server, url: string): string {
  return `${serviceAt(server, url)}?${server.METAFLOW_TEST_AZURE_READER_SAS}`;
}

/** The container as commands reach it. */
export function placeOf(server: Server): CommandPlace {
  return {
    datastore: "azure",
    packages: { "@metaflow-ts/datastore-azure": resolve(import.meta.dirname, "..") },
    open: (root) => openAzure(server, root),
    makeRoot: () => makeRoot(server),
    endpoint: server.METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT,
    environment: (endpoint) => ({ METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: writerAt(server, endpoint) }),
    readerEnvironment: (endpoint) => ({ METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: readerAt(server, endpoint) }),
  };
}

/** An answer as Azure gives it to what failed. */
export const answer = (status: number, code: string, detail = "", headers: Readonly<Record<string, string>> = {}) => ({
  kind: "answer" as const,
  status,
  headers: { "content-type": "application/xml", "x-ms-error-code": code, ...headers },
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>made up</Message>${detail}</Error>`,
});
