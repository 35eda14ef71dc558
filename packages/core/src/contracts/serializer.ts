/**
 * Lets a plugin store values of a type that core does not know.
 *
 * `claims` decides by looking at the value only. `encode` turns it into a value that core can store (data, or
 * bytes), which may again contain claimed values. `decode` gets the same back; it must not run code that came
 * from the data.
 */
export interface ArtifactSerializer<T = unknown> {
  /** Stable name that is written beside the value, e.g. `"ndarray"`. Unique among installed serializers. */
  readonly name: string;
  /** Version of the encoding. `decode` is given the version that was written. */
  readonly version: number;
  /** The npm package that provides it; an error about a missing serializer says to install it. */
  readonly package: string;
  claims(value: unknown): value is T;
  encode(value: T): unknown;
  decode(data: unknown, version: number): T;
}

/** A serializer of an installed package, which is imported when a value needs it. */
export interface InstalledSerializer {
  readonly name: string;
  /** The npm package that provides it. */
  readonly package: string;
  load(): ArtifactSerializer;
}

/** A serializer that is at hand, or can be had. */
export type SerializerSource = ArtifactSerializer | InstalledSerializer;

/** What is known of a stored value without loading it. */
export interface ArtifactInfo {
  /** Name of the value's type: `"number"`, `"Array"`, `"Map"`, `"Buffer"`, a claimed type's serializer name, … */
  readonly type: string;
  /** Bytes of the encoded value, before compression. */
  readonly size: number;
}

/**
 * An artifact as a task's record holds it: either the value itself, when it is small plain JSON, or the address
 * of its bytes.
 */
export type ArtifactRef =
  | (ArtifactInfo & { readonly encoding: "json"; readonly value: unknown })
  | (ArtifactInfo & { readonly encoding: ArtifactEncoding; readonly inline: string })
  | (ArtifactInfo & { readonly encoding: ArtifactEncoding; readonly sha256: string });

/**
 * - `json`: UTF-8 JSON text of plain data.
 * - `graph`: tagged nodes that keep types, identity and cycles, followed by binary segments.
 * - `bytes`: the raw bytes of a single Buffer, typed array, ArrayBuffer or DataView; `type` says which.
 */
export type ArtifactEncoding = "json" | "graph" | "bytes";

/** A value on its way to or from storage. */
export interface EncodedArtifact extends ArtifactInfo {
  readonly encoding: ArtifactEncoding;
  /** Hash and write the chunks in this order; they are not copied together because one may be very large. */
  readonly chunks: readonly Uint8Array[];
}
