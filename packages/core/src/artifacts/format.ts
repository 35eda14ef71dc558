/** Version of the `graph` document. A reader refuses what is newer. */
export const GRAPH_VERSION = 1;

/** Plain data that nests deeper is stored as a `graph`, which is flat, so that no JSON parser's stack is at risk. */
export const MAX_JSON_DEPTH = 500;

/** Serializers' results may contain claimed values again, so many levels deep; more is a serializer that never ends. */
export const MAX_CLAIM_DEPTH = 10_000;

/** Bounds for reading a value that may be damaged or hostile. */
export interface DecodeLimits {
  /** Bytes of JSON text: all of a `json` artifact, the document of a `graph`. */
  readonly documentBytes: number;
  /** Entries of a `graph` document's `nodes` and `buffers`, together. */
  readonly nodes: number;
}

/** V8 makes no string longer than this, so no larger document can have been written either. */
export const DEFAULT_LIMITS: DecodeLimits = { documentBytes: 0x1fff_ffe8, nodes: 100_000_000 };

/**
 * A value within a node: a JSON primitive stands for itself, `[n]` for node `n`, and `["undefined"]`,
 * `["bigint", hex]`, `["number", "NaN" | "Infinity" | "-Infinity" | "-0"]` for what JSON cannot write.
 */
export type Slot = null | boolean | number | string | readonly [number] | readonly [string] | readonly [string, string];

/** Which serializer a `Custom` node names, by its place in the document. */
export interface SerializerEntry {
  readonly name: string;
  readonly version: number;
  readonly package: string;
}

/** The first part of a `graph`: one line of JSON, then a line feed, then the bytes of the buffers in order. */
export interface GraphDocument {
  readonly version: number;
  readonly serializers: readonly SerializerEntry[];
  /** Byte length of each buffer. */
  readonly buffers: readonly number[];
  readonly root: Slot;
  /** `[tag, …]`, children before parents where no cycle forbids it. */
  readonly nodes: readonly (readonly unknown[])[];
}

/** Ends the document; JSON text never contains it. */
export const LINE_FEED = 0x0a;
