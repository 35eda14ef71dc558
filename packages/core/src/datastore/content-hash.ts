import { createHash, type Hash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";

/** Hashing this much takes about 10 ms; then others get a turn. */
const PIECE_BYTES = 16 * 1024 * 1024;

/** The sha-256 of the chunks in order, in hex. Gives up the thread now and then where they are large. */
export async function sha256(chunks: readonly Uint8Array[]): Promise<string> {
  const hash = createHash("sha256");
  await addInTurns(hash, chunks);
  return hash.digest("hex");
}

/** The same at once. */
export function sha256Sync(bytes: Uint8Array): string {
  const hash = createHash("sha256");
  // In pieces, because one call takes no more than 2 GiB.
  for (let start = 0; start < bytes.length; start += PIECE_BYTES)
    hash.update(bytes.subarray(start, start + PIECE_BYTES));
  return hash.digest("hex");
}

/** Adds the chunks to a hash, giving up the thread now and then where they are large. */
export async function addInTurns(hash: Hash, chunks: readonly Uint8Array[]): Promise<void> {
  let sinceTurn = 0;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      const piece = chunk.subarray(start, start + PIECE_BYTES);
      if (sinceTurn + piece.length > PIECE_BYTES) {
        await nextTurn();
        sinceTurn = 0;
      }
      hash.update(piece);
      sinceTurn += piece.length;
    }
  }
}
