import type { Datastore, MetadataLocation } from "../contracts/datastore.js";
import type { DatastoreSettings } from "../contracts/datastore-provider.js";
import type { MetadataProvider } from "../contracts/metadata-provider.js";
import type { RecordStore } from "../contracts/record-store.js";
import { callHook } from "../registry/check-contribution.js";

/** Records that a metadata provider keeps for a datastore, and how another process gets them. */
export interface AttachedRecords {
  readonly records: RecordStore;
  readonly location: MetadataLocation;
}

/** By open datastore; one whose records lie in itself has no entry. */
const attached = new WeakMap<Datastore, AttachedRecords>();

/**
 * Lets a provider keep the records of an open datastore from here on.
 *
 * @param module URL of the module that the provider comes from
 */
export async function attachRecords(
  datastore: Datastore,
  provider: MetadataProvider,
  module: string | undefined,
  settings: DatastoreSettings,
): Promise<void> {
  const asked = { name: provider.name, from: module, hook: "open" };
  const records = await callHook("metadataProviders", asked, () => provider.open({ datastore, settings }));
  attached.set(datastore, { records, location: { name: provider.name, module } });
}

export function attachedTo(datastore: Datastore): AttachedRecords | undefined {
  return attached.get(datastore);
}
