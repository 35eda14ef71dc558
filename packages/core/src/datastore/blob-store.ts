import { createHash } from "node:crypto";
import type { Datastore } from "../contracts/datastore.js";
import type { BlobStore } from "../contracts/record-store.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { BLOB_VERSION, BlobFormatError, byteLength, decodeBlob, decodeBlobSync, encodeBlob } from "./blob-format.js";
import { createByteCache } from "./byte-cache.js";
import { sha256, sha256Sync } from "./content-hash.js";
import { blobKey } from "./key-layout.js";
import { locationOf } from "./open-datastore.js";
import { putIfAbsent } from "./put-if-absent.js";
import { createSyncReader, type SyncReaderOptions } from "./sync-read-client.js";

export interface BlobStoreOptions {
  /** How many bytes of blobs that were read are kept in memory. Default 64 MiB; 0 keeps none. */
  readonly cacheBytes?: number | undefined;
  /** How a helper thread opens the same datastore, for `getSync` on one that cannot read synchronously itself. */
  readonly syncReader?: SyncReaderOptions | undefined;
}

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** From here on asking whether a blob is there costs less than sending it for nothing. */
const ASK_FIRST_BYTES = 1024 * 1024;
const KNOWN_LIMIT = 100_000;

/**
 * Content-addressed blobs: the address is the sha-256 of the content, whatever form it is stored in. What is read is
 * verified and belongs to the caller.
 */
export function createBlobStore(datastore: Datastore, options: BlobStoreOptions = {}): BlobStore {
  const cache = createByteCache(options.cacheBytes ?? DEFAULT_CACHE_BYTES);
  const readSync = createReadSync(datastore, options.syncReader);
  /** Addresses that are known to be stored; forgetting them costs a request each. */
  const known = new Set<string>();
  const remember = (hash: string) => {
    if (known.size >= KNOWN_LIMIT) known.clear();
    known.add(hash);
  };

  const has = async (hash: string): Promise<boolean> => {
    if (known.has(hash)) return true;
    if ((await datastore.head(blobKey(hash))) === null) return false;
    remember(hash);
    return true;
  };

  /** What a blob holds and its hash, or what is wrong with it. Null where there is no such blob. */
  const read = async (hash: string, checkedByCaller: boolean) => {
    const found = await datastore.get(blobKey(hash), { checkedByCaller });
    if (found === null) return null;
    const actual = createHash("sha256");
    const content = await decodeBlob(found.bytes, actual).catch((error: unknown) => {
      if (error instanceof BlobFormatError) return error;
      throw error;
    });
    return { content, actual: actual.digest("hex") };
  };

  /** Takes what came out of a blob if it is what the address says. */
  const accept = (hash: string, what: string, content: Uint8Array, actual: string): Uint8Array => {
    if (actual !== hash) throw corrupt(datastore, hash, what, "its content does not match its hash");
    remember(hash);
    cache.set(hash, content);
    return content;
  };

  return {
    has,
    async put(chunks) {
      const hash = await sha256(chunks);
      if (known.has(hash)) return hash;
      if (byteLength(chunks) >= ASK_FIRST_BYTES && (await has(hash))) return hash;
      await putIfAbsent(datastore, blobKey(hash), await encodeBlob(chunks));
      remember(hash);
      return hash;
    },
    async get(hash, what) {
      const cached = cache.get(hash);
      if (cached !== undefined) return cached;
      let found = await read(hash, true);
      // Damaged on its way, or where it lies: with a checksum of its own the store can tell, and send it again.
      if (found !== null && found.actual !== hash) found = await read(hash, false);
      if (found === null) throw missing(datastore, hash, what);
      if (found.content instanceof BlobFormatError) throw explain(datastore, hash, what, found.content);
      return accept(hash, what, found.content, found.actual);
    },
    getSync(hash, what) {
      const cached = cache.get(hash);
      if (cached !== undefined) return cached;
      const found = readSync(blobKey(hash));
      if (found === null) throw missing(datastore, hash, what);
      let content: Uint8Array;
      try {
        content = decodeBlobSync(found);
      } catch (error) {
        throw explain(datastore, hash, what, error);
      }
      return accept(hash, what, content, sha256Sync(content));
    },
  };
}

/** The store's own synchronous read, or a helper thread that is started when it is first needed. */
function createReadSync(datastore: Datastore, options: SyncReaderOptions = {}): (key: string) => Uint8Array | null {
  const { getSync } = datastore;
  if (getSync !== undefined) return (key) => getSync(key)?.bytes ?? null;
  return createSyncReader(locationOf(datastore), options);
}

function missing(datastore: Datastore, hash: string, what: string): MetaflowError {
  return errors.BLOB_MISSING({ what, sha256: hash, root: datastore.root });
}

function corrupt(datastore: Datastore, hash: string, what: string, reason: string): MetaflowError {
  return errors.BLOB_CORRUPT({ what, sha256: hash, root: datastore.root, reason });
}

function explain(datastore: Datastore, hash: string, what: string, error: unknown): unknown {
  if (!(error instanceof BlobFormatError)) return error;
  if (error.newerVersion === null) return corrupt(datastore, hash, what, error.message);
  const [version, supported] = [error.newerVersion, BLOB_VERSION];
  return errors.STORAGE_TOO_NEW({ key: blobKey(hash), root: datastore.root, version, supported });
}
