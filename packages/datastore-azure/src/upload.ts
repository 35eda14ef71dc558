import { randomBytes } from "node:crypto";
import type { BlockBlobClient, BlockBlobCommitBlockListOptions } from "@azure/storage-blob";
import type { ObjectUpload } from "@metaflow-ts/core/plugin";
import { md5, sumParts } from "./checksum.js";
import { errorCode } from "./classify-error.js";

/** What a blob is to have, and the condition under which it is written. */
export type NewBlob = Pick<
  BlockBlobCommitBlockListOptions,
  "conditions" | "blobHTTPHeaders" | "metadata" | "encryptionScope" | "tier"
>;

/** The metadata that holds the CRC-32 of a blob in blocks, of which Azure keeps no checksum. */
export const CHECKSUM = "metaflow_crc32";

/** Thrown where another write of the blob has dropped the blocks of this one. */
export class BlocksDroppedError extends Error {
  override readonly name = "BlocksDroppedError";
}

/** No etag of Azure's: what is there now is somebody else's. */
const REPLACED = "replaced";

/**
 * An upload in blocks that nobody sees before they are committed. Azure keeps them with the key: those of several
 * uploads lie side by side, and the first write of the blob drops all that are left.
 *
 * @param blob with the credentials that are good now
 */
export function createUpload(blob: () => Promise<BlockBlobClient>, created: NewBlob): ObjectUpload {
  const prefix = randomBytes(12);
  const blocks = new Map<number, string>();
  const sum = sumParts();
  const { encryptionScope, conditions = {} } = created;
  const isConditional = Object.keys(conditions).length > 0;

  return {
    async putPart(number, body, { signal }) {
      const id = blockId(prefix, number);
      sum.add(number, body);
      await (await blob()).stageBlock(id, body, body.length, {
        transactionalContentMD5: md5(body),
        abortSignal: signal,
        ...(encryptionScope !== undefined && { encryptionScope }),
      });
      blocks.set(number, id);
    },
    async complete({ signal }) {
      const client = await blob();
      const metadata = { ...created.metadata, [CHECKSUM]: sum.value() };
      const ids = [...blocks].toSorted(([a], [b]) => a - b).map(([, id]) => id);
      try {
        const { etag = "" } = await client.commitBlockList(ids, { ...created, metadata, abortSignal: signal });
        return { etag };
      } catch (error) {
        if (errorCode(error) !== "InvalidBlockList" || !(await areDropped(client, ids, signal))) throw error;
        if (isConditional) throw new BlocksDroppedError("another write of the blob came first");
        // Counts as done right before the write that dropped them.
        return { etag: REPLACED };
      }
    },
    // Azure forgets what nobody commits within a week.
    abort: async () => undefined,
  };
}

/** Whether blocks are gone, rather than their list damaged on its way. */
async function areDropped(blob: BlockBlobClient, ids: readonly string[], signal: AbortSignal): Promise<boolean> {
  try {
    const { uncommittedBlocks = [] } = await blob.getBlockList("uncommitted", { abortSignal: signal });
    const kept = new Set(uncommittedBlocks.map(({ name }) => name));
    return ids.some((id) => !kept.has(id));
  } catch (error) {
    if (errorCode(error) === "BlobNotFound") return true;
    throw error;
  }
}

/** All of a blob's have to have the same length. */
function blockId(prefix: Buffer, number: number): string {
  const suffix = Buffer.alloc(4);
  suffix.writeUInt32BE(number);
  return Buffer.concat([prefix, suffix]).toString("base64");
}
