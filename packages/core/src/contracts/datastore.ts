/**
 * Where everything lives: an object store, or something that behaves like one.
 *
 * Keys are `/`-separated UTF-8 without empty, `.` or `..` parts; no key is a folder of another.
 * Absent, denied and broken are three outcomes: absence is a value (`null`, `false`), the other two are errors
 * `DATASTORE_DENIED` and `DATASTORE_BROKEN`.
 */
export interface Datastore {
  /** The registered name, e.g. `"local"`. */
  readonly name: string;
  /** The root as a person would write it, e.g. `/home/me/project/.metaflow` or `s3://bucket/prefix`. */
  readonly root: string;
  readonly capabilities: DatastoreCapabilities;

  /** The object's bytes (or the range's), or `null` where there is none. */
  get(key: string, options?: GetOptions): Promise<StoredObject | null>;
  /** Writes the whole object atomically. `false` where the condition did not hold; then nothing was written. */
  put(key: string, body: Uint8Array | readonly Uint8Array[], options?: PutOptions): Promise<PutResult>;
  head(key: string, options?: HeadOptions): Promise<ObjectInfo | null>;
  /** Keys with the prefix in UTF-8 byte order, one page. */
  list(prefix: string, options?: ListOptions): Promise<ListPage>;
  /** Deleting what is not there is no error. */
  delete(key: string, options?: CallOptions): Promise<void>;
  /** Present only where `capabilities.syncGet`: reads without giving up the thread. Gives no attributes. */
  getSync?(key: string, options?: Omit<GetOptions, "attributes">): StoredObject | null;
  /** As `get`, in bounded memory. The stream throws where the object changes, or cannot be read, before its end. */
  getStream?(key: string, options?: GetOptions): Promise<ObjectStream | null>;
  /** As `put`, in bounded memory. What the stream throws is thrown, and nothing was written. */
  putStream?(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<PutResult>;
  /** Calls the listener whenever the store asks for fewer requests: calls take longer then, but none is lost. */
  onThrottled?(listener: () => void): void;
}

export interface DatastoreCapabilities {
  /** `put` honours `ifAbsent`. */
  readonly putIfAbsent: boolean;
  /** `put` honours `ifMatch`. */
  readonly putIfMatch: boolean;
  readonly syncGet: boolean;
  /** `put` and `putStream` keep attributes, and reads with `attributes` give them back. Default: objects are bytes only. */
  readonly attributes?: boolean | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface HeadOptions extends CallOptions {
  /** Whether the object's attributes are wanted, too. Default false: some stores take a second request for them. */
  readonly attributes?: boolean | undefined;
}

export interface GetOptions extends HeadOptions {
  /** First byte, and the byte after the last; past the object's end is an error only when `start` is. */
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  /** The caller has a checksum of its own: the store may save the time that its own takes. */
  readonly checkedByCaller?: boolean | undefined;
}

/** What is kept with an object's bytes. A put replaces all of it; `DATASTORE_ATTRIBUTES_INVALID` says what no store can keep. */
export interface ObjectAttributes {
  /** E.g. `image/png`. Undefined stands for `application/octet-stream`. */
  readonly contentType?: string | undefined;
  /** Short texts by name; undefined where there are none. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Attributes are for datastores that have the capability. */
export interface PutOptions extends CallOptions, ObjectAttributes {
  /** Write only if there is no such object. */
  readonly ifAbsent?: boolean | undefined;
  /** Write only if the object still has this etag. One that never was an etag is no error: it just does not match. */
  readonly ifMatch?: string | undefined;
}

/** Has attributes only where they were asked for. */
export interface ObjectInfo extends ObjectAttributes {
  /** Bytes of the whole object. */
  readonly size: number;
  /** Changes whenever the object does. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface StoredObject extends ObjectInfo {
  readonly bytes: Uint8Array;
}

export interface ObjectStream extends ObjectInfo {
  /** To be read once; ending early frees what it holds. */
  readonly stream: AsyncIterable<Uint8Array>;
}

export type PutResult = { readonly written: true; readonly etag: string } | { readonly written: false };

export interface ListOptions extends CallOptions {
  /** Groups keys at the first delimiter after the prefix into `prefixes`. */
  readonly delimiter?: "/" | undefined;
  /** Opaque; taken from the page before. */
  readonly cursor?: string | undefined;
  /** At most this many keys and prefixes together. Default 1,000. */
  readonly limit?: number | undefined;
  /** Only keys greater than this one. */
  readonly startAfter?: string | undefined;
}

export interface ListPage {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly cursor: string | undefined;
}

/** How another process opens the same datastore. Plain data; never holds a credential. */
export interface DatastoreLocation {
  readonly name: string;
  readonly root: string;
  /** URL of the module that its provider comes from; core's own need none. */
  readonly module?: string | undefined;
  /** Who keeps its records; undefined where they lie in itself. */
  readonly metadata?: MetadataLocation | undefined;
}

/** How another process finds the same metadata provider. */
export interface MetadataLocation {
  readonly name: string;
  /** URL of the module that it comes from. */
  readonly module: string | undefined;
}
