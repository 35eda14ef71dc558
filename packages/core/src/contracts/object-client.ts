import type { ListOptions, ListPage, ObjectAttributes, ObjectInfo } from "./datastore.js";

/**
 * An object store as its SDK offers it. Each call is one request, made once, and throws what the SDK throws;
 * `createObjectDatastore` makes a datastore of it: retries, limits, checks, parts, errors.
 *
 * Keys are whole, the datastore's prefix included. Ranges are checked, and `end` is behind the last byte.
 */
export interface ObjectClient {
  get(key: string, options: ObjectGetOptions): Promise<ObjectBody>;
  /** One of the `parts` of an object, from 1 on, verified by a checksum of its own. */
  getPart?(key: string, part: number, options: ObjectGetOptions): Promise<ObjectPart>;
  /** Writes the object in one request, atomically. `body` is not empty, but may hold no bytes. */
  put(key: string, body: Uint8Array, options: ObjectPutOptions): Promise<{ readonly etag: string }>;
  head(key: string, options: ObjectCallOptions): Promise<MarkedInfo>;
  /** In UTF-8 byte order, whatever the store's own is. A limit beyond the store's is cut. */
  list(prefix: string, options: ListOptions & ObjectCallOptions): Promise<ListPage>;
  delete(key: string, options: ObjectCallOptions): Promise<void>;
  /** Begins an object that is sent in parts. Nobody sees it before it is completed. */
  startUpload(key: string, options: ObjectPutOptions): Promise<ObjectUpload>;
  /** What a call that threw means. */
  classify(error: unknown): ObjectFailure;
  /** Gets credentials anew for the calls that follow; called where a call failed as `expired`. */
  renewCredentials?(): void | Promise<void>;
  readonly limits: ObjectLimits;
}

export interface ObjectLimits {
  /** Parts of one object. */
  readonly maxParts: number;
  /** Of every part but the last. Default 1. */
  readonly minPartBytes?: number | undefined;
  /** Whether parts may be sent in any order and at the same time. */
  readonly parallelParts: boolean;
  /**
   * That objects keep a content type and metadata, and what gives them back: `get` and `head`, or `head` alone. Default:
   * they keep none, and `put` and `startUpload` are given none.
   */
  readonly attributes?: "get" | "head" | undefined;
}

export interface ObjectCallOptions {
  readonly signal: AbortSignal;
}

export interface ObjectGetOptions extends ObjectCallOptions {
  readonly range?: { readonly start: number; readonly end: number } | undefined;
  /** Only if the object still has this etag; else the call fails as `refused`. */
  readonly ifMatch?: string | undefined;
}

/** A condition that does not hold, or one on an object that is gone, makes the call fail as `refused`. */
export interface ObjectPutOptions extends ObjectCallOptions, ObjectAttributes {
  readonly ifAbsent?: boolean | undefined;
  readonly ifMatch?: string | undefined;
  /** ASCII, up to 300 characters, to be kept with the object: `head` gives it back. */
  readonly mark?: string | undefined;
}

/** Its metadata is without the mark. */
export interface MarkedInfo extends ObjectInfo {
  /** What the object was put with; undefined where there is none, or where `get` cannot tell. */
  readonly mark?: string | undefined;
}

export interface ObjectBody extends MarkedInfo {
  /**
   * The bytes that were asked for. Throws where the SDK finds them damaged. Where no more of them are wanted, the call's
   * signal aborts, and the transfer has to end: a store may hold a lock for it.
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The store's checksum of the whole object, where `body` itself does not check it. */
  readonly checksum?: BodyChecksum | undefined;
  /** How many parts `getPart` can read, where the store has no checksum of the whole but one of each part. */
  readonly parts?: number | undefined;
}

/** Gets the bytes of an object in order, and tells whether they are those that were stored. */
export interface BodyChecksum {
  update(bytes: Uint8Array): void;
  /** Asked once, at the end. */
  matches(): boolean;
}

export interface ObjectPart extends ObjectBody {
  /** Where in the object it lies; `end` is behind its last byte. */
  readonly start: number;
  readonly end: number;
}

/** An object on its way. It is used by one caller; every method may be called again where it failed. */
export interface ObjectUpload {
  /** @param number from 1 on; parts are as large as they were cut, the last one is smaller and never empty */
  putPart(number: number, body: Uint8Array, options: ObjectCallOptions & { readonly isLast: boolean }): Promise<void>;
  /** Makes the object of all parts, under the condition that the upload began with. */
  complete(options: ObjectCallOptions): Promise<{ readonly etag: string }>;
  /** Frees what was sent. */
  abort(options: ObjectCallOptions): Promise<void>;
}

export interface ObjectFailure {
  readonly kind: ObjectFailureKind;
  /** What the store said, completing "could not read 'key': …". Holds no secret and no signed URL. */
  readonly reason: string;
  readonly requestId?: string | undefined;
  /** Milliseconds that the store asks to wait. */
  readonly retryAfter?: number | undefined;
  /** What the reader should do, where the store's own words leave that open. */
  readonly fix?: string | undefined;
}

export type ObjectFailureKind =
  /** There is no such object. */
  | "absent"
  /** There is no such object, or no such bucket: the answer does not say which. */
  | "absent-or-bucket"
  /** A condition did not hold. */
  | "refused"
  /** The range starts behind the object's end. */
  | "range"
  | "denied"
  /** The credentials are no longer good: worth one more try with new ones. */
  | "expired"
  /** The store's clock differs from this machine's: worth one more try where the SDK corrects for it. */
  | "skewed"
  /** It may work the next time: no answer, a lost connection, damaged bytes, an error of the store's. */
  | "transient"
  /** The store asks for fewer requests. */
  | "throttled"
  /** Trying again changes nothing, e.g. no such bucket. */
  | "broken";
