import { types } from "node:util";
import type { ArtifactEncoding, ArtifactInfo, ArtifactRef } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError } from "../errors/metaflow-error.js";
import { DEFAULT_LIMITS, type DecodeLimits, GRAPH_VERSION } from "./format.js";
import { checkTextSize, Damage, LimitExceeded, NewerFormat, parseDocument } from "./graph-document.js";
import { decodeGraph } from "./graph-reader.js";
import { jsonType } from "./json-text.js";
import { isWithinJsonDepth } from "./plain-json.js";
import type { SerializerSet } from "./serializer-set.js";
import { knownViewNames, makeView, viewClasses } from "./views.js";

/** What a reader must know of stored bytes. */
export type StoredForm = Pick<ArtifactInfo, "type"> & { readonly encoding: ArtifactEncoding };

/**
 * Decodes an artifact. Never runs code that came from the bytes, whatever they are.
 *
 * The value of a `bytes` artifact is on the memory of `bytes` where that fills its ArrayBuffer, or where it is a
 * Buffer: hand the bytes over and use them for nothing else.
 *
 * @param name the artifact's name, for errors.
 * @throws MF_ARTIFACT_CORRUPT, MF_ARTIFACT_TOO_LARGE where a limit is exceeded, MF_ARTIFACT_FORMAT_NEWER,
 *   MF_ARTIFACT_TYPE_UNAVAILABLE, MF_ARTIFACT_SERIALIZER_MISSING, MF_ARTIFACT_SERIALIZER_OUTDATED,
 *   MF_ARTIFACT_SERIALIZER_FAILED
 */
export function decodeArtifact(
  name: string,
  form: StoredForm,
  bytes: Uint8Array,
  serializers: SerializerSet,
  limits: DecodeLimits = DEFAULT_LIMITS,
): unknown {
  try {
    return decode(name, form, bytes, serializers, limits);
  } catch (error) {
    throw toArtifactError(name, error);
  }
}

/**
 * Decodes an artifact that stands in a record, with its value or its bytes.
 *
 * @returns a value of the caller's own; changing it does not change the record.
 * @throws as {@link decodeArtifact}
 */
export function decodeInline(
  name: string,
  ref: Exclude<ArtifactRef, { readonly sha256: string }>,
  serializers: SerializerSet,
  limits: DecodeLimits = DEFAULT_LIMITS,
): unknown {
  if (!("inline" in ref)) {
    if (!isWithinJsonDepth(ref.value)) throw toArtifactError(name, new Damage("it nests too deep"));
    return typeof ref.value === "object" ? JSON.parse(JSON.stringify(ref.value)) : ref.value;
  }
  return decodeArtifact(name, ref, Buffer.from(ref.inline, "base64"), serializers, limits);
}

function decode(
  name: string,
  { type, encoding }: StoredForm,
  bytes: Uint8Array,
  serializers: SerializerSet,
  limits: DecodeLimits,
): unknown {
  switch (encoding) {
    case "json":
      return decodeJson(type, bytes, limits);
    case "bytes":
      return decodeBytes(name, type, bytes);
    case "graph":
      return decodeGraph(name, bytes, serializers, limits);
    default:
      throw new Damage(`there is no encoding '${String(encoding)}'`);
  }
}

function decodeJson(type: string, bytes: Uint8Array, limits: DecodeLimits): unknown {
  checkTextSize(bytes.byteLength, limits);
  const value = parseDocument(bytes);
  if (jsonType(value) !== type)
    throw new Damage(`it should be a value of type ${type} and is one of ${jsonType(value)}`);
  if (!isWithinJsonDepth(value)) throw new Damage("it nests too deep");
  return value;
}

function decodeBytes(name: string, type: string, bytes: Uint8Array): unknown {
  // Nobody counts on where a Buffer lies in its memory, and a gigabyte that stands behind a header is not copied.
  if (type === "Buffer") return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const memory = ownMemory(bytes);
  if (type === "ArrayBuffer") return memory;
  if (!knownViewNames.has(type)) throw new Damage(`there are no bytes of type '${type}'`);
  if (!viewClasses.has(type)) throw errors.ARTIFACT_TYPE_UNAVAILABLE({ artifact: name, type });
  const view = makeView(type, memory, 0, memory.byteLength);
  if (view === undefined) throw new Damage(`its ${memory.byteLength} bytes are not whole elements of a ${type}`);
  return view;
}

/** The ArrayBuffer of the bytes alone: theirs, where it holds nothing else, so that large ones are not copied. */
function ownMemory(bytes: Uint8Array): ArrayBuffer {
  const { buffer } = bytes;
  const alone = types.isArrayBuffer(buffer) && buffer.byteLength === bytes.byteLength && !buffer.resizable;
  return alone ? buffer : new Uint8Array(bytes).buffer;
}

function toArtifactError(artifact: string, error: unknown): MetaflowError {
  if (isMetaflowError(error)) return error;
  if (error instanceof NewerFormat) {
    return errors.ARTIFACT_FORMAT_NEWER({ artifact, found: error.found, known: GRAPH_VERSION });
  }
  if (error instanceof LimitExceeded) {
    return errors.ARTIFACT_TOO_LARGE({ artifact, what: error.message, limit: error.limit });
  }
  // What else goes wrong while reading does so because of the bytes, e.g. a pattern that RegExp refuses.
  const reason = error instanceof Error ? error.message : String(error);
  return errors.ARTIFACT_CORRUPT({ artifact, reason }, { cause: error });
}
