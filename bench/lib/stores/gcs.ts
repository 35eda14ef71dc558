import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type File, Storage } from "@google-cloud/storage";
import { gs } from "@metaflow-ts/datastore-gcs";
import type { Missing } from "../missing.ts";
import { atOnce } from "../repeat.ts";
import type { BareStore, BenchStore } from "./store.ts";

/** The Cloud Storage server that the environment names. */
export function gcsStore(): BenchStore | Missing {
  const { METAFLOW_TEST_GCS_ENDPOINT: endpoint, METAFLOW_TEST_GCS_BUCKET: bucket } = process.env;
  if (!endpoint || !bucket)
    return { missing: "no server: METAFLOW_TEST_GCS_ENDPOINT or METAFLOW_TEST_GCS_BUCKET not set" };
  const storage = new Storage({ apiEndpoint: endpoint, projectId: "bench" });
  return {
    name: "gs",
    package: "@metaflow-ts/datastore-gcs",
    folder: realpathSync(resolve(import.meta.dirname, "../../node_modules/@metaflow-ts/datastore-gcs")),
    endpoint,
    makeRoot: () => `gs://${bucket}/bench-${randomBytes(6).toString("hex")}`,
    open: async (root) => await gs({ endpoint }).open(root, {}),
    bare: async (root) => bareStore((key) => storage.bucket(bucket).file(key), root),
    environment: (url) => ({ METAFLOW_GS_ENDPOINT_URL: url }),
    // The emulator holds objects in memory, several times each.
    largestObject: 512,
    isList: ({ method, path }) => method === "GET" && /\/o\?/.test(path),
  };
}

function bareStore(fileAt: (key: string) => File, root: string): BareStore {
  const prefix = new URL(root).pathname.slice(1);
  const fileOf = (key: string) => fileAt(`${prefix}/${key}`);
  return {
    put: (key, body) => fileOf(key).save(Buffer.from(body), { resumable: false }),
    get: (key) => fileOf(key).download(),
    // The JSON API takes the parts of one object one after the other.
    putParts: (key, part, count) =>
      pipeline(
        Readable.from(Array.from({ length: count }, () => part)),
        fileOf(key).createWriteStream({ resumable: true, chunkSize: part.length }),
      ),
    getRanges: (key, bytes, count, limit) =>
      atOnce(count, limit, async (index) => {
        const range = { start: index * bytes, end: (index + 1) * bytes - 1 };
        for await (const _ of fileOf(key).createReadStream(range));
      }),
  };
}
