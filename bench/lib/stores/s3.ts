import { randomBytes } from "node:crypto";
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { s3 } from "@metaflow-ts/datastore-s3";
import type { Missing } from "../missing.ts";
import { atOnce } from "../repeat.ts";
import type { BareStore, BenchStore } from "./store.ts";

/** The S3 server that the environment names. */
export function s3Store(): BenchStore | Missing {
  const { METAFLOW_S3_ENDPOINT_URL: endpoint, METAFLOW_TEST_S3_BUCKET: bucket } = process.env;
  if (!endpoint || !bucket)
    return { missing: "no server: METAFLOW_S3_ENDPOINT_URL or METAFLOW_TEST_S3_BUCKET not set" };
  return {
    name: "s3",
    package: "@metaflow-ts/datastore-s3",
    folder: realpathSync(resolve(import.meta.dirname, "../../node_modules/@metaflow-ts/datastore-s3")),
    endpoint,
    makeRoot: () => `s3://${bucket}/bench-${randomBytes(6).toString("hex")}`,
    open: async (root) => await s3({ endpoint }).open(root, {}),
    bare: async (root) => bareStore(endpoint, bucket, `${root.slice(`s3://${bucket}/`.length)}/`),
    environment: (url) => ({ METAFLOW_S3_ENDPOINT_URL: url }),
    pythonSettings: (root) => ({
      METAFLOW_DEFAULT_DATASTORE: "s3",
      METAFLOW_DATASTORE_SYSROOT_S3: root,
      METAFLOW_S3_ENDPOINT_URL: endpoint,
    }),
    isList: ({ path }) => path.includes("list-type="),
  };
}

function bareStore(endpoint: string, bucket: string, prefix: string): BareStore {
  const agent = { keepAlive: true, maxSockets: 256 };
  const requestHandler = { httpAgent: agent, httpsAgent: agent };
  const client = new S3Client({ endpoint, forcePathStyle: true, requestHandler });
  const target = (key: string) => ({ Bucket: bucket, Key: `${prefix}${key}` });
  const read = async (key: string, range?: string) => {
    const { Body } = await client.send(new GetObjectCommand({ ...target(key), Range: range }));
    for await (const _ of Body as AsyncIterable<Uint8Array> & typeof Body);
  };
  return {
    put: (key, body) => client.send(new PutObjectCommand({ ...target(key), Body: body })),
    get: (key) => read(key),
    async putParts(key, part, count, limit) {
      const { UploadId } = await client.send(new CreateMultipartUploadCommand(target(key)));
      const parts: CompletedPart[] = [];
      await atOnce(count, limit, async (index) => {
        const PartNumber = index + 1;
        const command = new UploadPartCommand({ ...target(key), UploadId, PartNumber, Body: part });
        const { ETag, ChecksumCRC32 } = await client.send(command);
        parts[index] = { PartNumber, ETag, ChecksumCRC32 };
      });
      const MultipartUpload = { Parts: parts };
      await client.send(new CompleteMultipartUploadCommand({ ...target(key), UploadId, MultipartUpload }));
    },
    getRanges: (key, bytes, count, limit) =>
      atOnce(count, limit, (index) => read(key, `bytes=${index * bytes}-${(index + 1) * bytes - 1}`)),
  };
}
