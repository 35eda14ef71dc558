import { createHash } from "node:crypto";
import type { Readable } from "node:stream";

/** Thrown where bytes are not those that were sent. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** The checksum that Azure knows. */
export function md5(bytes: Uint8Array): Uint8Array {
  return createHash("md5").update(bytes).digest();
}

/** The bytes of a body, which throws at its end where they do not have the checksum. */
export async function* verified(body: Readable, expected: Uint8Array): AsyncGenerator<Uint8Array> {
  const hash = createHash("md5");
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    hash.update(chunk);
    yield chunk;
  }
  if (!hash.digest().equals(expected)) throw new ChecksumError("the bytes that came do not have their checksum");
}
