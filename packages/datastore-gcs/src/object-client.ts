import { createHash } from "node:crypto";
import type { MarkedInfo, ObjectClient, ObjectPutOptions } from "@metaflow-ts/core/plugin";
import { addTo, checksumOf } from "./checksum.js";
import { classifyError } from "./classify-error.js";
import type { Connector } from "./client.js";
import type { GcsOptions } from "./options.js";
import { createSender, DamagedError, jsonOf } from "./requests.js";
import { createUpload } from "./upload.js";

/** The custom metadata that holds an object's mark. */
const MARK = "metaflow-write";
const MAX_RESULTS = 1000;
/** No object has it, whereas 0 stands for an object that is absent. */
const NO_GENERATION = "1";

/** An object as the JSON API describes it. */
interface ObjectResource {
  readonly size: string;
  readonly generation: string;
  readonly updated: string;
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

interface ObjectList {
  readonly items?: readonly { readonly name: string }[];
  readonly prefixes?: readonly string[];
  readonly nextPageToken?: string;
}

/** The requests of Cloud Storage that a datastore needs. An object's etag is its generation. */
export function createGcsClient(bucket: string, connector: Connector, options: GcsOptions): ObjectClient {
  const send = createSender(connector, options);
  const objects = `storage/v1/b/${bucket}/o`;
  const pathOf = (key: string) => `${objects}/${encodeURIComponent(key)}`;
  /** A new object's name stands in the query: there, nothing that damages a body can change it. */
  const insert = (key: string, uploadType: string, { ifAbsent, ifMatch, signal }: ObjectPutOptions) => ({
    about: "bucket" as const,
    method: "POST" as const,
    path: `upload/${objects}`,
    query: {
      uploadType,
      name: key,
      ifGenerationMatch: ifAbsent === true ? "0" : ifMatch && generationOf(ifMatch),
      kmsKeyName: options.kmsKeyName,
    },
    signal,
  });

  return {
    limits: { maxParts: Number.POSITIVE_INFINITY, parallelParts: false, attributes: "head" },
    classify: (error) => classifyError(error, bucket),
    renewCredentials: connector.reset,

    async get(key, { range, ifMatch, signal }) {
      const found = await send({
        about: "object",
        path: pathOf(key),
        query: { alt: "media", generation: ifMatch },
        headers: range === undefined ? {} : { range: `bytes=${range.start}-${range.end - 1}` },
        signal,
      });
      checkEncoding(found);
      const { client } = await connector.connect();
      const checksum = checksumOf(found, () => client.crc32cGenerator());
      return { ...infoOf(found.headers), body: chunksOf(found), checksum };
    },

    async put(key, body, given) {
      const sum = createHash("md5");
      await addTo(sum, body);
      const resource = { ...newObject(options, given), md5Hash: sum.digest("base64") };
      const answer = await send({ ...insert(key, "multipart", given), ...related(resource, body) });
      const { generation, metadata: kept = {} } = await jsonOf<ObjectResource>(answer);
      // The checksum is that of the bytes alone.
      const isKept = Object.entries(resource.metadata).every(([name, value]) => kept[name] === value);
      if (!isKept) throw new DamagedError("the object's metadata was damaged on its way");
      return { etag: generation };
    },

    async head(key, { signal }) {
      const query = { fields: "size,generation,updated,contentType,metadata" };
      const answer = await send({ about: "object", path: pathOf(key), query, signal });
      const { size, generation, updated, contentType, metadata: all = {} } = await jsonOf<ObjectResource>(answer);
      const { [MARK]: mark, ...metadata } = all;
      // A download's headers have whole seconds.
      const modifiedAt = Math.floor(Date.parse(updated) / 1000) * 1000;
      return { size: Number(size), etag: generation, modifiedAt, contentType, metadata, mark };
    },

    async list(prefix, { delimiter, cursor, limit = MAX_RESULTS, startAfter, signal }) {
      const query = {
        prefix,
        delimiter,
        pageToken: cursor,
        startOffset: startAfter,
        maxResults: Math.min(limit, MAX_RESULTS),
        fields: "items(name),prefixes,nextPageToken",
      };
      const answer = await send({ about: "bucket", path: objects, query, signal });
      const { items = [], prefixes = [], nextPageToken } = await jsonOf<ObjectList>(answer);
      // The offset itself is listed, too.
      const keys = items.flatMap(({ name }) => (name === startAfter ? [] : [name]));
      return { keys, prefixes, cursor: nextPageToken };
    },

    async delete(key, { signal }) {
      const answer = await send({ about: "object", method: "DELETE", path: pathOf(key), signal });
      await answer.arrayBuffer();
    },

    async startUpload(key, given) {
      const answer = await send({
        ...insert(key, "resumable", given),
        headers: { "content-type": "application/json; charset=utf-8" },
        body: Buffer.from(JSON.stringify(newObject(options, given))),
      });
      await answer.arrayBuffer();
      return createUpload(send, answer.headers.get("location") ?? "");
    },
  };
}

function generationOf(etag: string): string {
  return /^[1-9]\d{0,17}$/.test(etag) ? etag : NO_GENERATION;
}

function newObject({ storageClass }: GcsOptions, { mark, contentType, metadata }: ObjectPutOptions) {
  return {
    contentType: contentType ?? "application/octet-stream",
    metadata: { ...metadata, ...(mark !== undefined && { [MARK]: mark }) },
    ...(storageClass !== undefined && { storageClass }),
  };
}

/** An object's description and its bytes as one body; both say of what type these are. */
function related(resource: { readonly contentType: string }, bytes: Uint8Array) {
  const boundary = crypto.randomUUID();
  const begin = (type: string) => `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  const description = `${begin("application/json; charset=utf-8")}${JSON.stringify(resource)}\r\n`;
  const head = `${description}${begin(resource.contentType)}`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return { headers: { "content-type": `multipart/related; boundary=${boundary}` }, body };
}

/** Node takes it off, so that neither the size nor the checksum would fit. */
function checkEncoding({ headers, body }: Response): void {
  const encoding = headers.get("content-encoding");
  if (encoding !== null) {
    body?.cancel().catch(() => undefined);
    throw new Error(`it is stored with the content encoding '${encoding}', which is not supported`);
  }
}

function chunksOf({ body }: Response): AsyncIterable<Uint8Array> {
  return body ?? new ReadableStream<Uint8Array>({ start: (controller) => controller.close() });
}

function infoOf(headers: Headers): MarkedInfo {
  // Of a range: "bytes 0-9/100".
  const whole = /\/(\d+)$/.exec(headers.get("content-range") ?? "")?.[1];
  return {
    size: Number(whole ?? headers.get("x-goog-stored-content-length") ?? headers.get("content-length")),
    etag: headers.get("x-goog-generation") ?? "",
    modifiedAt: Date.parse(headers.get("last-modified") ?? ""),
    mark: headers.get(`x-goog-meta-${MARK}`) ?? undefined,
  };
}
