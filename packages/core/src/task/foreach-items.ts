import { encodeArtifact } from "../artifacts/encode-artifact.js";
import type { SerializerSet } from "../artifacts/serializer-set.js";
import type { BlobStore } from "../contracts/record-store.js";
import type { ArtifactRef, EncodedArtifact } from "../contracts/serializer.js";
import type { ItemChunk } from "../contracts/transition.js";
import { type ArtifactLoader, storeArtifact } from "./artifact-io.js";

/** Bytes of a chunk of items: small enough to be decoded for one item, large enough to be few. */
const CHUNK_BYTES = 16 * 1024;

/** Items of the first chunk, by whose size the others are cut. */
const FIRST_CHUNK = 16;

/** Stores the items of a foreach in chunks, so that each of its tasks loads only the chunk that has its own. */
export async function storeItems(
  artifact: string,
  items: readonly unknown[],
  serializers: SerializerSet,
  blobs: BlobStore,
  check: (encoded: EncodedArtifact, slice: readonly unknown[]) => void,
): Promise<readonly ItemChunk[]> {
  const chunks: ItemChunk[] = [];
  let count = FIRST_CHUNK;
  for (let from = 0; from < items.length; ) {
    const slice = items.slice(from, from + count);
    const encoded = encodeArtifact(artifact, slice, serializers);
    check(encoded, slice);
    chunks.push({ count: slice.length, ref: await storeArtifact(encoded, blobs) });
    from += slice.length;
    count = Math.max(1, Math.floor((CHUNK_BYTES * slice.length) / Math.max(1, encoded.size)));
  }
  return chunks;
}

/** The chunk that has the item, and the item's place in it. */
export function findChunk(chunks: readonly ItemChunk[], index: number): { ref: ArtifactRef; place: number } {
  let before = 0;
  for (const { count, ref } of chunks) {
    if (index < before + count) return { ref, place: index - before };
    before += count;
  }
  throw new RangeError(`There is no item ${index}; the foreach has ${before}.`);
}

/** One item of a foreach, decoded anew. */
export function loadItem(chunks: readonly ItemChunk[], index: number, loader: ArtifactLoader): unknown {
  const { ref, place } = findChunk(chunks, index);
  return (loader.load(`item ${index}`, ref) as readonly unknown[])[place];
}
