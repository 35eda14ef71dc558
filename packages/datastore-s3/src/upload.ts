import type { CompletedPart } from "@aws-sdk/client-s3";
import type { ObjectUpload } from "@metaflow-ts/core/plugin";
import { ForeignAnswerError } from "./classify-error.js";
import type { Connector } from "./client.js";

/** What tells an upload in parts from others. */
interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

interface Conditions {
  readonly IfNoneMatch: string | undefined;
  readonly IfMatch: string | undefined;
}

/** An upload in parts that S3 knows of. */
export function createUpload(connector: Connector, target: UploadTarget, conditions: Conditions): ObjectUpload {
  const parts = new Map<number, CompletedPart>();
  return {
    async putPart(number, body, { signal }) {
      const { sdk, client } = await connector.connect();
      const command = new sdk.UploadPartCommand({
        ...target,
        PartNumber: number,
        Body: body,
        ContentLength: body.length,
        ChecksumAlgorithm: "CRC32",
      });
      const { ETag, ChecksumCRC32 } = await client.send(command, { abortSignal: signal });
      if (ETag === undefined) throw new ForeignAnswerError("the answer has no etag");
      parts.set(number, { PartNumber: number, ETag, ChecksumCRC32 });
    },
    async complete({ signal }) {
      const { sdk, client } = await connector.connect();
      const Parts = [...parts.values()].sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
      const command = new sdk.CompleteMultipartUploadCommand({ ...target, ...conditions, MultipartUpload: { Parts } });
      const { ETag = "" } = await client.send(command, { abortSignal: signal });
      return { etag: ETag };
    },
    async abort({ signal }) {
      const { sdk, client } = await connector.connect();
      await client.send(new sdk.AbortMultipartUploadCommand(target), { abortSignal: signal });
    },
  };
}
