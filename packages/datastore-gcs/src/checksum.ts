import { setImmediate } from "node:timers/promises";
import type { CRC32CValidator } from "@google-cloud/storage";
import { DamagedError } from "./requests.js";

const SLICE = 1024 * 1024;

/**
 * The bytes of a whole object, checked against the store's checksum of it.
 *
 * @throws DamagedError at their end
 */
export async function* verified(response: Response, sum: CRC32CValidator): AsyncGenerator<Uint8Array> {
  // Node has taken the encoding off, so that neither the size nor the checksum would fit.
  const encoding = response.headers.get("content-encoding");
  if (encoding !== null)
    throw new Error(`it is stored with the content encoding '${encoding}', which is not supported`);
  for await (const chunk of response.body ?? []) {
    sum.update(asBuffer(chunk));
    yield chunk;
  }
  const [, expected] = /crc32c=([^,\s]+)/.exec(response.headers.get("x-goog-hash") ?? "") ?? [];
  if (expected !== undefined && !sum.validate(expected)) throw new DamagedError("the bytes do not fit their CRC32C");
}

/** Adds bytes to a checksum, with breaks: each MiB takes milliseconds, in which nothing else happens. */
export async function addTo(sum: CRC32CValidator, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += SLICE) {
    if (start > 0) await setImmediate();
    sum.update(asBuffer(bytes.subarray(start, start + SLICE)));
  }
}

/** The same memory, as the SDK's checksums want it. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
