import type { Datastore } from "./datastore.js";
import type { DatastoreSettings } from "./datastore-provider.js";
import type { RecordStore } from "./record-store.js";

/**
 * Where the records of runs, tasks, heartbeats and logs are kept: in the datastore, which is built in, or elsewhere, as in
 * a service. Artifacts and code are always the datastore's.
 */
export interface MetadataProvider {
  /** What `--metadata` takes: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Opens the records that belong to a datastore: the same ones in every process. Loads heavy libraries only here. */
  open(around: MetadataSurroundings): RecordStore | Promise<RecordStore>;
}

export interface MetadataSurroundings {
  readonly datastore: Datastore;
  readonly settings: DatastoreSettings;
}
