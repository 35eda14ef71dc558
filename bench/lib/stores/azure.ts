import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  BlobServiceClient,
  type BlockBlobClient,
} from "@azure/storage-blob";
import { azure } from "@metaflow-ts/datastore-azure";
import type { Missing } from "../missing.ts";
import { atOnce } from "../repeat.ts";
import type { BareStore, BenchStore } from "./store.ts";

/** The Azure server that the environment names. */
export function azureStore(): BenchStore | Missing {
  const { AZURE_STORAGE_CONNECTION_STRING: connectionString, METAFLOW_TEST_AZURE_CONTAINER: container } = process.env;
  if (!connectionString || !container)
    return { missing: "no server: AZURE_STORAGE_CONNECTION_STRING or METAFLOW_TEST_AZURE_CONTAINER not set" };
  const service = BlobServiceClient.fromConnectionString(connectionString);
  const { pathname, search } = new URL(signedUrl(service));
  return {
    name: "azure",
    package: "@metaflow-ts/datastore-azure",
    folder: realpathSync(resolve(import.meta.dirname, "../../node_modules/@metaflow-ts/datastore-azure")),
    endpoint: service.url,
    makeRoot: () => `azure://${container}/bench-${randomBytes(6).toString("hex")}`,
    open: async (root) => await azure({ connectionString }).open(root, {}),
    bare: async (root) => bareStore((key) => service.getContainerClient(container).getBlockBlobClient(key), root),
    environment: (url) => ({
      METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT: new URL(`${pathname}${search}`, url).href,
    }),
    isList: ({ path }) => path.includes("comp=list"),
  };
}

/** Commands have no account key: what is in variables is the URL with a signature. */
function signedUrl(service: BlobServiceClient): string {
  const permissions = AccountSASPermissions.parse("rwdl");
  const objects = AccountSASResourceTypes.parse("co").toString();
  return service.generateAccountSasUrl(new Date(Date.now() + 86_400_000), permissions, objects);
}

function bareStore(blobAt: (key: string) => BlockBlobClient, root: string): BareStore {
  const prefix = new URL(root).pathname.slice(1);
  const blobOf = (key: string) => blobAt(`${prefix}/${key}`);
  const read = async (key: string, offset?: number, count?: number) => {
    const { readableStreamBody = [] } = await blobOf(key).download(offset, count);
    for await (const _ of readableStreamBody);
  };
  return {
    put: (key, body) => blobOf(key).upload(body, body.length),
    get: (key) => read(key),
    async putParts(key, part, count, limit) {
      const blob = blobOf(key);
      const ids = Array.from({ length: count }, (_, i) => Buffer.from(String(i).padStart(6, "0")).toString("base64"));
      await atOnce(count, limit, (index) => blob.stageBlock(ids[index] ?? "", part, part.length));
      await blob.commitBlockList(ids);
    },
    getRanges: (key, bytes, count, limit) => atOnce(count, limit, (index) => read(key, index * bytes, bytes)),
  };
}
