import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { ArtifactRef, EncodedArtifact } from "../contracts/serializer.js";
import { parseJsonBytes } from "./json-text.js";

/** An artifact whose bytes lie in the datastore under their hash. */
export type BlobRef = Extract<ArtifactRef, { readonly sha256: string }>;

/**
 * SHA-256 of the encoded bytes, in hex: the address of a blob. Together with `type` and `encoding` it tells
 * whether a value is still the one that was stored.
 */
export function fingerprint(encoded: EncodedArtifact): string {
  const hash = createHash("sha256");
  for (const chunk of encoded.chunks) hash.update(chunk);
  return hash.digest("hex");
}

/**
 * The form in which a record holds the artifact: inline up to `inlineLimit` bytes, else by the address of its bytes,
 * which the caller has to store.
 *
 * @param options.sha256 the artifact's {@link fingerprint}, where the caller has it already.
 */
export function toRef(
  encoded: EncodedArtifact,
  options: { readonly inlineLimit: number; readonly sha256?: string | undefined },
): ArtifactRef {
  const { type, size, encoding } = encoded;
  if (size > options.inlineLimit) return { type, size, encoding, sha256: options.sha256 ?? fingerprint(encoded) };
  const bytes = Buffer.concat(encoded.chunks);
  if (encoding === "json") return { type, size, encoding, value: parseJsonBytes(bytes) };
  return { type, size, encoding, inline: bytes.toString("base64") };
}

/** True where the artifact's bytes are a blob of their own, not part of the record. */
export function isBlobRef(ref: ArtifactRef): ref is BlobRef {
  return "sha256" in ref;
}
