import type { Readable } from "node:stream";
import type { BlobDownloadResponseParsed, BlobGetPropertiesResponse, BlockBlobClient } from "@azure/storage-blob";
import type {
  BodyChecksum,
  MarkedInfo,
  ObjectBody,
  ObjectClient,
  ObjectGetOptions,
  ObjectPutOptions,
} from "@metaflow-ts/core/plugin";
import { crc32Checksum, md5, md5Checksum, verified } from "./checksum.js";
import { classifyError, NoListError } from "./classify-error.js";
import type { Connector } from "./client.js";
import type { AzureOptions } from "./options.js";
import { CHECKSUM, createUpload, type NewBlob } from "./upload.js";

/** The metadata that holds a blob's mark. Names are C#'s identifiers. */
const MARK = "metaflow_write";
const MAX_RESULTS = 5000;
/** Azure tells the checksum of a range up to this size, and of no larger one. */
const CHECKED_RANGE = 4 * 1024 * 1024;

/** The requests of Azure Blob Storage that a datastore needs. */
export function createAzureClient(container: string, connector: Connector, options: AzureOptions): ObjectClient {
  const blobOf = async (key: string) => (await connector.connect()).getBlockBlobClient(key);

  return {
    limits: { maxParts: 50_000, parallelParts: true, attributes: "get" },
    classify: (error) => classifyError(error, container),
    renewCredentials: connector.reset,

    get: async (key, given) => await download(await blobOf(key), given),

    async getPart(key, part, given) {
      const start = (part - 1) * CHECKED_RANGE;
      const found = await download(await blobOf(key), { ...given, range: { start, end: start + CHECKED_RANGE } });
      return { ...found, start, end: Math.min(start + CHECKED_RANGE, found.size) };
    },

    async put(key, body, given) {
      const blob = await blobOf(key);
      const created = newBlob(options, given);
      const { etag = "" } = await blob.upload(body, body.length, {
        ...created,
        blobHTTPHeaders: { ...created.blobHTTPHeaders, blobContentMD5: md5(body) },
        abortSignal: given.signal,
      });
      return { etag };
    },

    async head(key, { signal }) {
      const found = await (await blobOf(key)).getProperties({ abortSignal: signal });
      return { ...infoOf(found), size: found.contentLength ?? Number.NaN };
    },

    async list(prefix, { delimiter, cursor, limit = MAX_RESULTS, startAfter, signal }) {
      const client = await connector.connect();
      const given = { prefix, abortSignal: signal, ...(startAfter !== undefined && { startFrom: startAfter }) };
      const paged = {
        maxPageSize: Math.min(limit, MAX_RESULTS),
        ...(cursor !== undefined && { continuationToken: cursor }),
      };
      const pages =
        delimiter === undefined
          ? client.listBlobsFlat(given).byPage(paged)
          : client.listBlobsByHierarchy(delimiter, given).byPage(paged);
      const { value: page } = await pages.next().catch((error: unknown) => {
        // The SDK trips over what is no list.
        throw error instanceof TypeError ? new NoListError("the answer is no list") : error;
      });
      const { blobItems, blobPrefixes = [] } = page.segment as BlobSegment;
      const keys = blobItems.map(({ name }) => name);
      return {
        // Azure's list begins with the key itself.
        keys: startAfter === undefined ? keys : keys.filter((key) => key !== startAfter),
        prefixes: blobPrefixes.map(({ name }) => name),
        cursor: page.continuationToken || undefined,
      };
    },

    async delete(key, { signal }) {
      await (await blobOf(key)).delete({ abortSignal: signal });
    },

    async startUpload(key, given) {
      return createUpload(() => blobOf(key), newBlob(options, given));
    },
  };
}

interface BlobSegment {
  readonly blobItems: readonly { readonly name: string }[];
  readonly blobPrefixes?: readonly { readonly name: string }[];
}

async function download(blob: BlockBlobClient, { range, ifMatch, signal }: ObjectGetOptions): Promise<ObjectBody> {
  const length = range && range.end - range.start;
  const found = await blob.download(range?.start, length, {
    conditions: conditions({ ifMatch }),
    rangeGetContentMD5: length !== undefined && length <= CHECKED_RANGE,
    // A transfer that was cut is begun anew by the caller.
    maxRetryRequests: 0,
    abortSignal: signal,
  });
  return bodyOf(found);
}

function bodyOf(found: BlobDownloadResponseParsed): ObjectBody {
  const body = found.readableStreamBody as Readable;
  // What fails after its reader has gone would end the process.
  body.on("error", () => undefined);
  // Of a range: "bytes 0-9/100".
  const whole = /\/(\d+)$/.exec(found.contentRange ?? "")?.[1];
  const size = whole === undefined ? (found.contentLength ?? 0) : Number(whole);
  const info = { ...infoOf(found), size };
  if (found.contentRange !== undefined) {
    return { ...info, body: found.contentMD5 === undefined ? body : verified(body, found.contentMD5) };
  }
  const checksum = checksumOf(found);
  // Blobs in blocks that others sent have none of the whole.
  const parts = checksum === undefined && size > 0 ? Math.ceil(size / CHECKED_RANGE) : undefined;
  return { ...info, body, checksum, parts };
}

function checksumOf({ contentMD5, metadata }: BlobDownloadResponseParsed): BodyChecksum | undefined {
  if (contentMD5 !== undefined) return md5Checksum(contentMD5);
  const sum = metadata?.[CHECKSUM];
  return sum === undefined ? undefined : crc32Checksum(sum);
}

function infoOf(found: BlobDownloadResponseParsed | BlobGetPropertiesResponse): Omit<MarkedInfo, "size"> {
  const { etag = "", lastModified, contentType, metadata: all = {} } = found;
  const { [MARK]: mark, [CHECKSUM]: _, ...metadata } = all;
  return { etag, modifiedAt: lastModified?.getTime() ?? 0, contentType, metadata, mark };
}

function newBlob({ encryptionScope, accessTier }: AzureOptions, given: ObjectPutOptions): NewBlob {
  const { mark, contentType, metadata } = given;
  return {
    conditions: conditions(given),
    blobHTTPHeaders: { blobContentType: contentType ?? "application/octet-stream" },
    metadata: { ...metadata, ...(mark !== undefined && { [MARK]: mark }) },
    ...(encryptionScope !== undefined && { encryptionScope }),
    ...(accessTier !== undefined && { tier: accessTier }),
  };
}

function conditions({ ifAbsent, ifMatch }: Pick<ObjectPutOptions, "ifAbsent" | "ifMatch">) {
  return {
    ...(ifAbsent === true && { ifNoneMatch: "*" }),
    // What is no etag is to be refused as one that differs, not as a malformed header.
    ...(ifMatch !== undefined && { ifMatch: ifMatch.startsWith('"') ? ifMatch : `"${ifMatch}"` }),
  };
}
