import type { Datastore } from "@metaflow-ts/core/plugin";
import type { ProxiedRequest } from "@metaflow-ts/core/testing";

/** An object store that is measured: through its datastore package, and through its SDK alone. */
export interface BenchStore {
  /** What `--datastore` takes. */
  readonly name: string;
  /** The package, and the folder where it is. */
  readonly package: string;
  readonly folder: string;
  /** The URL of the server. */
  readonly endpoint: string;
  /** A root that holds nothing. */
  makeRoot(): string;
  open(root: string): Promise<Datastore>;
  bare(root: string): Promise<BareStore>;
  /** Variables by which a command reaches the server at a URL. */
  environment(endpoint: string): Readonly<Record<string, string>>;
  /** Variables by which Python Metaflow uses a root; without it, it is not compared. */
  pythonSettings?(root: string): Readonly<Record<string, string>>;
  isList(request: ProxiedRequest): boolean;
  /** The largest object that the server can be asked to hold, in MB; without it, any. */
  readonly largestObject?: number;
}

/** What a program does that uses the SDK directly, and well. */
export interface BareStore {
  put(key: string, body: Uint8Array): Promise<unknown>;
  /** Reads the object to its end. */
  get(key: string): Promise<unknown>;
  /** Writes one object of so many equal parts, several at the same time. */
  putParts(key: string, part: Uint8Array, count: number, atOnce: number): Promise<unknown>;
  /** Reads one object in ranges, several at the same time. */
  getRanges(key: string, rangeBytes: number, count: number, atOnce: number): Promise<unknown>;
}
