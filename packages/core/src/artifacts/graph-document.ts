import { type DecodeLimits, GRAPH_VERSION, type GraphDocument, LINE_FEED, type SerializerEntry } from "./format.js";
import { parseJsonBytes } from "./json-text.js";
import { isCount } from "./views.js";

/** What is wrong with stored bytes, in words that follow "is damaged:"; `decodeArtifact` adds the artifact's name. */
export class Damage extends Error {}

/** Written by a later version of core. */
export class NewerFormat extends Error {
  readonly found: number;

  constructor(found: number) {
    super(`format version ${found}`);
    this.found = found;
  }
}

/** More than the limits of the reader allow. */
export class LimitExceeded extends Error {
  readonly limit: string;

  constructor(what: string, limit: string) {
    super(what);
    this.limit = limit;
  }
}

/**
 * Splits a `graph` into its document, whose outer form is checked, and its buffers, which are copies.
 *
 * @throws Damage, NewerFormat, LimitExceeded
 */
export function readDocument(
  bytes: Uint8Array,
  limits: DecodeLimits,
): { readonly document: GraphDocument; readonly buffers: readonly ArrayBuffer[] } {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0) throw new Damage("its document has no end");
  checkTextSize(end, limits);
  const document = checkDocument(parseDocument(bytes.subarray(0, end)));
  if (document.nodes.length + document.buffers.length > limits.nodes) {
    throw new LimitExceeded(`it has ${document.nodes.length} nodes`, `${limits.nodes}`);
  }
  return { document, buffers: cutBuffers(bytes, end + 1, document.buffers) };
}

/** @throws LimitExceeded */
export function checkTextSize(size: number, limits: DecodeLimits): void {
  if (size > limits.documentBytes)
    throw new LimitExceeded(`its JSON text has ${size} bytes`, `${limits.documentBytes}`);
}

/** @throws Damage */
export function parseDocument(bytes: Uint8Array): unknown {
  try {
    return parseJsonBytes(bytes);
  } catch (cause) {
    throw new Damage("it is not JSON text in UTF-8", { cause });
  }
}

function checkDocument(value: unknown): GraphDocument {
  if (typeof value !== "object" || value === null) throw new Damage("its document is no object");
  const { version, serializers, buffers, nodes } = value as Record<keyof GraphDocument, unknown>;
  if (!isCount(version) || version < 1) throw new Damage("its document has no version");
  if (version > GRAPH_VERSION) throw new NewerFormat(version);
  if (!Array.isArray(nodes)) throw new Damage("its document has no nodes");
  if (!Array.isArray(buffers) || !buffers.every(isCount)) throw new Damage("its document has no list of buffers");
  if (!Array.isArray(serializers) || !serializers.every(isSerializerEntry)) {
    throw new Damage("its document has no list of serializers");
  }
  return value as GraphDocument;
}

function isSerializerEntry(value: unknown): value is SerializerEntry {
  if (typeof value !== "object" || value === null) return false;
  const { name, version, package: from } = value as Record<keyof SerializerEntry, unknown>;
  return typeof name === "string" && isCount(version) && typeof from === "string";
}

function cutBuffers(bytes: Uint8Array, start: number, lengths: readonly number[]): readonly ArrayBuffer[] {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total !== bytes.byteLength - start) {
    throw new Damage(`its buffers should have ${total} bytes, and ${bytes.byteLength - start} are there`);
  }
  let at = start;
  return lengths.map((length) => {
    const buffer = new ArrayBuffer(length);
    new Uint8Array(buffer).set(bytes.subarray(at, at + length));
    at += length;
    return buffer;
  });
}
