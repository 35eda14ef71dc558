import type { CallOptions, ObjectAttributes } from "./datastore.js";

/** Objects below one root, wherever that is: a folder, S3, Google Cloud Storage, Azure. Keys are `/`-separated. */
export interface Data {
  /** The root as a person would write it; keys come behind it. */
  readonly root: string;

  /** The object, in memory. @throws DATA_ABSENT, DATASTORE_RANGE_INVALID */
  get(key: string, options?: DataGetOptions): Promise<DataObject>;
  /** The same; null where there is none. */
  find(key: string, options?: DataGetOptions): Promise<DataObject | null>;
  /** Many at once, in the order asked. @throws DATA_ABSENT naming every key that is not there */
  getMany(wanted: readonly DataRequest[], options?: CallOptions): Promise<readonly DataObject[]>;
  /** The same; null for each that is not there. */
  findMany(wanted: readonly DataRequest[], options?: CallOptions): Promise<readonly (DataObject | null)[]>;
  /** Everything below the prefixes, or the root. In the order of the keys' bytes for each prefix. */
  getAll(prefixes?: readonly string[], options?: CallOptions): Promise<readonly DataObject[]>;
  /** In bounded memory. @throws DATA_ABSENT */
  getStream(key: string, options?: DataGetOptions): Promise<DataStream>;
  /** Into a file, whole or not at all, in bounded memory. @throws DATA_ABSENT, DATA_FILE_FAILED */
  download(key: string, path: string, options?: DataGetOptions): Promise<DataInfo>;
  /** Many at once, each into its file; the answers in the order given. @throws DATA_ABSENT, DATA_FILE_FAILED */
  downloadMany(
    files: readonly (readonly [key: string, path: string])[],
    options?: CallOptions,
  ): Promise<readonly DataInfo[]>;

  /** All but the bytes; null where there is none. */
  info(key: string, options?: CallOptions): Promise<DataInfo | null>;
  infoMany(keys: readonly string[], options?: CallOptions): Promise<readonly (DataInfo | null)[]>;
  /** One level below the prefix, which is a folder: keys, and folders whose names end with `/`. */
  list(prefix?: string, options?: CallOptions): AsyncIterable<string>;
  /** All keys below the folder. */
  listRecursive(prefix?: string, options?: CallOptions): AsyncIterable<string>;

  /** @throws DATA_BODY_INVALID, DATA_FILE_FAILED, DATASTORE_ATTRIBUTES_INVALID, DATASTORE_ATTRIBUTES_UNSUPPORTED */
  put(key: string, body: DataBody, options?: DataPutOptions): Promise<DataWritten>;
  /** Many at once; the answers in the order given. An entry's own attributes come before those of all. */
  putMany(
    entries: readonly (readonly [key: string, body: DataBody, attributes?: ObjectAttributes | undefined])[],
    options?: DataPutOptions,
  ): Promise<readonly DataWritten[]>;
  /** From files, in bounded memory. @throws DATA_FILE_FAILED */
  putFiles(
    files: readonly (readonly [key: string, path: string, attributes?: ObjectAttributes | undefined])[],
    options?: DataPutOptions,
  ): Promise<readonly DataWritten[]>;
  /** Deleting what is not there is no error. */
  delete(key: string, options?: CallOptions): Promise<void>;
}

/** A key, or a part of an object. */
export type DataRequest = string | ({ readonly key: string } & Pick<DataGetOptions, "range">);

export interface DataGetOptions extends CallOptions {
  /**
   * From the byte `offset` on, or, where that is negative, the last bytes; `length` at most, or to the end.
   */
  readonly range?: { readonly offset: number; readonly length?: number | undefined } | undefined;
}

/** Attributes are kept with the object; a put without them leaves none. */
export interface DataPutOptions extends CallOptions, ObjectAttributes {
  /** False: what is there stays, and the answer says so. Default true. */
  readonly overwrite?: boolean | undefined;
}

/** Text is stored as UTF-8. A stream, and a file, are sent in bounded memory where the store can take them so. */
export type DataBody =
  | string
  | Uint8Array
  | AsyncIterable<Uint8Array>
  | { readonly file: string }
  | { readonly json: unknown };

export interface DataInfo {
  readonly key: string;
  /** Root and key. */
  readonly url: string;
  /** Bytes of the whole object. */
  readonly size: number;
  readonly modifiedAt: Date;
  /** Changes whenever the object does. */
  readonly etag: string;
  /** `application/octet-stream` where it was put without one. */
  readonly contentType: string;
  /** Empty where it was put without. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface DataObject extends DataInfo {
  /** What was asked for. */
  readonly bytes: Uint8Array;
  /** As UTF-8. */
  text(): string;
  /** @throws DATA_NOT_JSON */
  json<T = unknown>(): T;
}

export interface DataStream extends DataInfo {
  /** To be read once. */
  readonly stream: AsyncIterable<Uint8Array>;
}

export interface DataWritten {
  readonly key: string;
  readonly url: string;
  /** False where the object was there already and was to stay. */
  readonly written: boolean;
}
