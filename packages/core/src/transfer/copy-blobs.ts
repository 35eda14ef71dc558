import type { Datastore } from "../contracts/datastore.js";
import { encodeBlob } from "../datastore/blob-format.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { blobKey } from "../datastore/key-layout.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { isMetaflowError } from "../errors/metaflow-error.js";

/** Blobs may be large, and each is held in memory. */
const PARALLEL = 4;
/** What is read back has to come from the store. */
const UNCACHED = { cacheBytes: 0 };

/** Copies blobs, which are checked against their addresses at both ends. */
export interface BlobCopier {
  /** How many were written: those that were not there, or not whole. @throws BLOB_CORRUPT, BLOB_MISSING of the source */
  copy(addresses: Iterable<string>): Promise<number>;
}

export function createBlobCopier(source: Datastore, target: Datastore): BlobCopier {
  const [from, to] = [createBlobStore(source, UNCACHED), createBlobStore(target, UNCACHED)];
  /** Runs share blobs: each is looked at once. */
  const whole = new Set<string>();
  const isWhole = async (sha256: string): Promise<boolean> => {
    try {
      await to.get(sha256, `blob ${sha256}`);
      return true;
    } catch (error) {
      if (isMetaflowError(error, "MF_BLOB_MISSING") || isMetaflowError(error, "MF_BLOB_CORRUPT")) return false;
      throw error;
    }
  };
  const copyOne = async (sha256: string): Promise<boolean> => {
    const isThere = await isWhole(sha256);
    if (!isThere) {
      const content = await from.get(sha256, `blob ${sha256}`);
      // In place of a damaged one as well, which the blob store would leave as it is.
      await target.put(blobKey(sha256), await encodeBlob([content]));
      await to.get(sha256, `the copy of blob ${sha256}`);
    }
    whole.add(sha256);
    return !isThere;
  };
  return {
    async copy(addresses) {
      const wanted = [...new Set(addresses)].filter((sha256) => !whole.has(sha256));
      return (await mapBounded(wanted, PARALLEL, copyOne)).filter(Boolean).length;
    },
  };
}
