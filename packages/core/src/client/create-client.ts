import { createSerializerSet } from "../artifacts/serializer-set.js";
import { readEnvironment } from "../config/env.js";
import { readProfile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Datastore } from "../contracts/datastore.js";
import type { SerializerSource } from "../contracts/serializer.js";
import { attachRecords } from "../datastore/attached-records.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { builtinProviders } from "../datastore/builtin-providers.js";
import { defaultLocation } from "../datastore/default-location.js";
import { type OpenDatastoreOptions, openDatastore } from "../datastore/open-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { createRegistry, type Registry } from "../registry/create-registry.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import { findContribution } from "../registry/find-contribution.js";
import { Client } from "./client.js";
import { createReader } from "./reader.js";

export interface ClientOptions {
  /**
   * What to read: a datastore, or name and root of one that is built in or installed. Without it, what `METAFLOW_DATASTORE` and the like
   * say, else the nearest `.metaflow` folder.
   */
  readonly datastore?: Datastore | { readonly name?: string; readonly root?: string } | undefined;
  /** For values that plugins stored. Default: those of the installed packages of the working folder's project. */
  readonly serializers?: readonly SerializerSource[] | undefined;
}

/** Makes a client: `const client = await createClient()`. */
export async function createClient(options: ClientOptions = {}): Promise<Client> {
  const { datastore: wanted } = options;
  const registry = createRegistry({}, { installed: discoverPlugins(process.cwd()) });
  const { serializers = registry.serializers } = options;
  const datastore = isDatastore(wanted) ? wanted : await open(wanted, registry);
  const records = createRecordStore(datastore);
  const blobs = createBlobStore(datastore);
  return new Client(createReader(datastore.root, records, blobs, createSerializerSet(serializers)));
}

async function open(wanted: OpenDatastoreOptions | undefined, registry: Registry): Promise<Datastore> {
  const environment = readEnvironment();
  const settings = settingsOf(environment, readProfile(environment));
  const location = wanted ?? defaultLocation(settings);
  const datastore = await openDatastore({ ...location, settings }, [...builtinProviders, ...registry.datastores]);
  const keeper = settings.METAFLOW_METADATA ?? settings.METAFLOW_DEFAULT_METADATA;
  if (keeper !== undefined && keeper !== "datastore") {
    const provider = await findContribution(registry, "metadataProviders", keeper);
    await attachRecords(datastore, provider, registry.moduleOf("metadataProviders", keeper), settings);
  }
  return datastore;
}

function isDatastore(value: ClientOptions["datastore"]): value is Datastore {
  return value !== undefined && "get" in value && typeof value.get === "function";
}
