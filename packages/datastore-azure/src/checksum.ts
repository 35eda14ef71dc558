import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import type { BodyChecksum } from "@metaflow-ts/core/plugin";

/** Thrown where bytes are not those that were sent. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}

/** The checksum that Azure knows. */
export function md5(bytes: Uint8Array): Uint8Array {
  return createHash("md5").update(bytes).digest();
}

/** Of blobs that were sent whole: Azure keeps their MD5. */
export function md5Checksum(expected: Uint8Array): BodyChecksum {
  const sum = createHash("md5");
  return { update: (bytes) => void sum.update(bytes), matches: () => sum.digest().equals(expected) };
}

/** Of blobs that were sent in blocks: their CRC-32 takes an eighth of the time, and is kept with them as `sumParts` has it. */
export function crc32Checksum(expected: string): BodyChecksum {
  let sum = 0;
  return {
    update(bytes) {
      sum = crc32(bytes, sum);
    },
    matches: () => hex(sum) === expected,
  };
}

/** The bytes of a range, which throws at its end where they do not have the MD5 that Azure told. */
export async function* verified(body: Readable, expected: Uint8Array): AsyncGenerator<Uint8Array> {
  const sum = md5Checksum(expected);
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    sum.update(chunk);
    yield chunk;
  }
  if (!sum.matches()) throw new ChecksumError("the bytes that came do not have their checksum");
}

/** The CRC-32 of parts that come in any order, some of them more than once. */
export function sumParts() {
  const waiting = new Map<number, Uint8Array>();
  let next = 1;
  let sum = 0;
  return {
    /** @param number from 1 on */
    add(number: number, part: Uint8Array): void {
      if (number >= next) waiting.set(number, part);
      for (let bytes = waiting.get(next); bytes !== undefined; bytes = waiting.get(next)) {
        sum = crc32(bytes, sum);
        waiting.delete(next++);
      }
    },
    value: () => hex(sum),
  };
}

function hex(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
