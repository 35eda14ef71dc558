import { isBlobRef, toRef } from "../artifacts/artifact-ref.js";
import { decodeArtifact, decodeInline } from "../artifacts/decode-artifact.js";
import type { SerializerSet } from "../artifacts/serializer-set.js";
import type { BlobStore } from "../contracts/record-store.js";
import type { ArtifactRef, EncodedArtifact } from "../contracts/serializer.js";

/** Encoded artifacts up to this many bytes stand in the record itself. */
const INLINE_LIMIT = 1024;

/** Bytes that may be fetched ahead for one task; what is beyond is fetched when it is read. */
const PREFETCH_LIMIT = 256 * 1024 * 1024;

/** Blobs that are fetched at the same time. */
const PREFETCH_CONCURRENCY = 64;

/** Loads artifacts for one task. */
export interface ArtifactLoader {
  /** Fetches what will probably be read. What fails here fails when it is read. */
  prefetch(refs: Iterable<readonly [name: string, ref: ArtifactRef]>): Promise<void>;
  /** The artifact's value, decoded anew at each call. */
  load(name: string, ref: ArtifactRef): unknown;
}

export function createArtifactLoader(blobs: BlobStore, serializers: SerializerSet): ArtifactLoader {
  const fetched = new Map<string, Uint8Array>();
  return {
    async prefetch(refs) {
      const wanted = new Map<string, string>();
      let total = 0;
      for (const [name, ref] of refs) {
        if (!isBlobRef(ref) || wanted.has(ref.sha256) || total + ref.size > PREFETCH_LIMIT) continue;
        wanted.set(ref.sha256, name);
        total += ref.size;
      }
      const queue = [...wanted];
      const fetchAll = async (): Promise<void> => {
        for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
          const [sha256, name] = next;
          const bytes = await blobs.get(sha256, name).catch(() => undefined);
          if (bytes !== undefined) fetched.set(sha256, bytes);
        }
      };
      await Promise.all(Array.from({ length: Math.min(PREFETCH_CONCURRENCY, queue.length) }, fetchAll));
    },
    load(name, ref) {
      if (!isBlobRef(ref)) return decodeInline(name, ref, serializers);
      const bytes = fetched.get(ref.sha256) ?? blobs.getSync(ref.sha256, name);
      // A decoded buffer lies on these bytes and may be changed in place; the next load gets bytes of its own.
      fetched.delete(ref.sha256);
      return decodeArtifact(name, ref, bytes, serializers);
    },
  };
}

/** The reference of an encoded artifact; its bytes are written first where they do not fit into the record. */
export async function storeArtifact(encoded: EncodedArtifact, blobs: BlobStore): Promise<ArtifactRef> {
  if (encoded.size <= INLINE_LIMIT) return referenceOf(encoded);
  return toRef(encoded, { inlineLimit: INLINE_LIMIT, sha256: await blobs.put(encoded.chunks) });
}

/** The reference that `storeArtifact` would give; nothing is written. */
export function referenceOf(encoded: EncodedArtifact): ArtifactRef {
  return toRef(encoded, { inlineLimit: INLINE_LIMIT });
}

/** Whether two references stand for the same value. Equal values have equal bytes. */
export function sameArtifact(a: ArtifactRef, b: ArtifactRef): boolean {
  if (isBlobRef(a) || isBlobRef(b)) {
    return isBlobRef(a) && isBlobRef(b) && a.sha256 === b.sha256 && a.type === b.type && a.encoding === b.encoding;
  }
  return JSON.stringify(a) === JSON.stringify(b);
}
