import { createHash, type Hash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { CRC32CValidator } from "@google-cloud/storage";
import type { BodyChecksum } from "@metaflow-ts/core/plugin";

const SLICE = 1024 * 1024;

/**
 * What checks the bytes of a whole object: MD5 where the store knows it, which Node computes six times as fast as the
 * SDK does CRC32C. Objects that were composed of others have no MD5.
 *
 * @param crc32c makes the SDK's
 */
export function checksumOf({ headers }: Response, crc32c: () => CRC32CValidator): BodyChecksum | undefined {
  const told = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(headers.get("x-goog-hash") ?? "")?.[1];
  const expected = told("md5");
  if (expected !== undefined) {
    const sum = createHash("md5");
    return { update: (bytes) => void sum.update(bytes), matches: () => sum.digest("base64") === expected };
  }
  const composed = told("crc32c");
  if (composed === undefined) return undefined;
  const sum = crc32c();
  return { update: (bytes) => sum.update(asBuffer(bytes)), matches: () => sum.validate(composed) };
}

/** Adds bytes to a checksum, with breaks: each MiB takes a millisecond, in which nothing else happens. */
export async function addTo(sum: Hash, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += SLICE) {
    if (start > 0) await setImmediate();
    sum.update(bytes.subarray(start, start + SLICE));
  }
}

/** The same memory, as the SDK's checksums want it. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
