import type { MessagePort } from "node:worker_threads";
import type { DatastoreLocation } from "../contracts/datastore.js";
import type { SerializedMetaflowError } from "../errors/metaflow-error.js";

/** What the helper thread is started with. */
export interface SyncReadSetup {
  readonly location: DatastoreLocation;
  /** Where the datastore's provider comes from; null for core's own. */
  readonly provider: SyncReadProvider | null;
  readonly port: MessagePort;
  /** Counts the answers; the reading thread sleeps on it. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}

export interface SyncReadProvider {
  /** A URL, or a specifier as the helper thread's file would import it. */
  readonly module: string;
  /** The export that is a `DatastoreProvider` or a function that makes one. Default `"default"`. */
  readonly exportName?: string | undefined;
}

export interface SyncReadRequest {
  readonly key: string;
}

export type SyncReadAnswer =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly kind: "failed"; readonly error: SerializedMetaflowError };
