import type { GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import type { MarkedInfo, ObjectBody, ObjectClient, ObjectPutOptions } from "@metaflow-ts/core/plugin";
import { classifyError, ForeignAnswerError } from "./classify-error.js";
import type { Connector } from "./client.js";
import type { S3Options } from "./options.js";
import { createUpload } from "./upload.js";

/** The user metadata that holds an object's mark. */
const MARK = "metaflow-write";
const MAX_KEYS = 1000;

/** The requests of S3 that a datastore needs. */
export function createS3Client(bucket: string, connector: Connector, options: S3Options): ObjectClient {
  const payer = options.requesterPays === true ? ({ RequestPayer: "requester" } as const) : {};
  const target = (key: string) => ({ Bucket: bucket, Key: key, ...payer });

  return {
    limits: { maxParts: 10_000, minPartBytes: 5 * 1024 * 1024, parallelParts: true, attributes: "get" },
    classify: (error) => classifyError(error, bucket),
    renewCredentials: connector.reset,

    async get(key, { range, ifMatch, signal }) {
      const { sdk, client } = await connector.connect();
      const bytes = range && { Range: `bytes=${range.start}-${range.end - 1}` };
      const command = new sdk.GetObjectCommand({ ...target(key), ...bytes, IfMatch: ifMatch });
      const found = await client.send(command, { abortSignal: signal });
      return bodyOf(found);
    },

    async getPart(key, part, { ifMatch, signal }) {
      const { sdk, client } = await connector.connect();
      const command = new sdk.GetObjectCommand({ ...target(key), PartNumber: part, IfMatch: ifMatch });
      const found = await client.send(command, { abortSignal: signal });
      const [start = 0, last = -1] =
        /^bytes (\d+)-(\d+)/
          .exec(found.ContentRange ?? "")
          ?.slice(1)
          .map(Number) ?? [];
      return { ...bodyOf(found), start, end: last + 1 };
    },

    async put(key, body, given) {
      const { sdk, client } = await connector.connect();
      const command = new sdk.PutObjectCommand({
        ...target(key),
        ...newObject(options, given),
        ...conditions(given),
        Body: body,
        ContentLength: body.length,
      });
      const { ETag = "" } = await client.send(command, { abortSignal: given.signal });
      return { etag: ETag };
    },

    async head(key, { signal }) {
      const { sdk, client } = await connector.connect();
      const found = await client.send(new sdk.HeadObjectCommand(target(key)), { abortSignal: signal });
      return { ...infoOf(found), size: found.ContentLength ?? Number.NaN };
    },

    async list(prefix, { delimiter, cursor, limit = MAX_KEYS, startAfter, signal }) {
      const { sdk, client } = await connector.connect();
      const command = new sdk.ListObjectsV2Command({
        Bucket: bucket,
        ...payer,
        Prefix: prefix,
        Delimiter: delimiter,
        ContinuationToken: cursor,
        StartAfter: startAfter,
        MaxKeys: Math.min(limit, MAX_KEYS),
      });
      const page = await client.send(command, { abortSignal: signal });
      // Always there, even in an empty list.
      if (page.IsTruncated === undefined) throw new ForeignAnswerError("the answer is no list");
      return {
        keys: (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])),
        prefixes: (page.CommonPrefixes ?? []).flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])),
        cursor: page.IsTruncated === true ? page.NextContinuationToken : undefined,
      };
    },

    async delete(key, { signal }) {
      const { sdk, client } = await connector.connect();
      await client.send(new sdk.DeleteObjectCommand(target(key)), { abortSignal: signal });
    },

    async startUpload(key, given) {
      const { sdk, client } = await connector.connect();
      const command = new sdk.CreateMultipartUploadCommand({
        ...target(key),
        ...newObject(options, given),
        ChecksumAlgorithm: "CRC32",
      });
      const { UploadId } = await client.send(command, { abortSignal: given.signal });
      return createUpload(connector, { ...target(key), UploadId }, conditions(given));
    },
  };
}

function conditions({ ifAbsent, ifMatch }: ObjectPutOptions) {
  return { IfNoneMatch: ifAbsent === true ? "*" : undefined, IfMatch: ifMatch };
}

function newObject({ encryption, storageClass }: S3Options, { mark, contentType, metadata }: ObjectPutOptions) {
  return {
    ContentType: contentType ?? "application/octet-stream",
    Metadata: { ...metadata, ...(mark !== undefined && { [MARK]: mark }) },
    ...(encryption !== undefined && { ServerSideEncryption: encryption.type }),
    ...(encryption !== undefined && "keyId" in encryption && { SSEKMSKeyId: encryption.keyId }),
    ...(storageClass !== undefined && { StorageClass: storageClass }),
  };
}

function bodyOf(found: GetObjectCommandOutput): ObjectBody {
  // A checksum of checksums says nothing of the whole, but each part has its own.
  const parts = found.ChecksumType === "COMPOSITE" ? /-(\d+)"?$/.exec(found.ETag ?? "")?.[1] : undefined;
  const body = found.Body as AsyncIterable<Uint8Array> & typeof found.Body;
  return { ...infoOf(found), body, parts: parts === undefined ? undefined : Number(parts) };
}

function infoOf(found: GetObjectCommandOutput | HeadObjectCommandOutput): MarkedInfo {
  // Of a range: "bytes 0-9/100".
  const whole = /\/(\d+)$/.exec(found.ContentRange ?? "")?.[1];
  const { [MARK]: mark, ...metadata } = found.Metadata ?? {};
  return {
    size: whole === undefined ? (found.ContentLength ?? 0) : Number(whole),
    etag: found.ETag ?? "",
    modifiedAt: found.LastModified?.getTime() ?? 0,
    contentType: found.ContentType,
    metadata,
    mark,
  };
}
