import type { ArtifactEncoding, EncodedArtifact } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { describeUnstorable, fixFor } from "./describe-unstorable.js";
import { encodeGraph } from "./graph-writer.js";
import { jsonType, toJsonText, utf8 } from "./json-text.js";
import { coreTypeOf, isMemory, nearestErrorClass } from "./kinds.js";
import { isPlainJson } from "./plain-json.js";
import { findClaim, type SerializerSet } from "./serializer-set.js";
import { bytesOf, isStableMemory } from "./views.js";

/**
 * Encodes an artifact for storage, in the simplest encoding that brings it back as it is.
 *
 * Chunks may be the value's own memory: hash and write them before user code can change it. Equal values give equal
 * bytes; the order of keys and entries counts.
 *
 * @param name the artifact's name, for errors.
 * @throws MF_ARTIFACT_NOT_STORABLE naming the path to what cannot be stored, MF_ARTIFACT_SERIALIZER_FAILED,
 *   MF_ARTIFACT_TOO_LARGE for JSON text of more than 512 MiB (bytes have no bound).
 */
export function encodeArtifact(name: string, value: unknown, serializers: SerializerSet): EncodedArtifact {
  if (isMemory(value)) return made(coreTypeOf(value)?.name ?? "", "bytes", memoryChunks(name, value));
  if (isPlainJson(value)) return made(jsonType(value), "json", [utf8(toJsonText(name, value))]);
  // The graph is written first: it refuses what has no type.
  const chunks = encodeGraph(name, value, serializers);
  return made(graphType(name, value, serializers), "graph", chunks);
}

function made(type: string, encoding: ArtifactEncoding, chunks: readonly Uint8Array[]): EncodedArtifact {
  return { type, encoding, chunks, size: chunks.reduce((size, chunk) => size + chunk.byteLength, 0) };
}

function memoryChunks(name: string, value: ArrayBuffer | ArrayBufferView): readonly Uint8Array[] {
  if (!isStableMemory(value)) {
    throw errors.ARTIFACT_NOT_STORABLE({ path: name, what: describeUnstorable(value) }, { fix: fixFor(value, name) });
  }
  return value.byteLength === 0 ? [] : [bytesOf(value)];
}

function graphType(name: string, value: unknown, serializers: SerializerSet): string {
  if (typeof value !== "object" || value === null) return typeof value;
  const type = coreTypeOf(value);
  return type?.name ?? findClaim(serializers, value, () => name)?.name ?? nearestErrorClass(value);
}
