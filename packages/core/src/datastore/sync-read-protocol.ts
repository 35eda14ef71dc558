import type { MessagePort } from "node:worker_threads";
import type { DatastoreLocation } from "../contracts/datastore.js";
import type { SerializedMetaflowError } from "../errors/metaflow-error.js";

/** What the helper thread is started with. */
export interface SyncReadSetup {
  readonly location: DatastoreLocation;
  readonly port: MessagePort;
  /** Counts the answers; the reading thread sleeps on it. */
  readonly answers: Int32Array<SharedArrayBuffer>;
}

export interface SyncReadRequest {
  readonly key: string;
}

export type SyncReadAnswer =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly kind: "failed"; readonly error: SerializedMetaflowError };
