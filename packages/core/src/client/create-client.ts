import { createSerializerSet } from "../artifacts/serializer-set.js";
import { readEnvironment } from "../config/env.js";
import { readProfile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Datastore } from "../contracts/datastore.js";
import type { DatastoreSettings } from "../contracts/datastore-provider.js";
import type { SerializerSource } from "../contracts/serializer.js";
import { attachRecords } from "../datastore/attached-records.js";
import { createBlobStore } from "../datastore/blob-store.js";
import { builtinProviders } from "../datastore/builtin-providers.js";
import { projectLocation } from "../datastore/default-location.js";
import { type OpenDatastoreOptions, openDatastore } from "../datastore/open-datastore.js";
import { createRecordStore } from "../datastore/record-store.js";
import { createRegistry, type Registry } from "../registry/create-registry.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import { findContribution } from "../registry/find-contribution.js";
import { Client } from "./client.js";
import { createReader } from "./reader.js";

export interface ClientOptions {
  /**
   * What to read: a datastore, or name and root of one that is built in or installed. Without it, where commands
   * read: what `METAFLOW_DATASTORE` and the like say, else the config, else the profile, else the nearest `.metaflow` folder.
   */
  readonly datastore?: Datastore | { readonly name?: string; readonly root?: string } | undefined;
  /** For values that plugins stored. Default: those of the config and of the installed packages. */
  readonly serializers?: readonly SerializerSource[] | undefined;
}

/** What a project adds to what is read. */
export interface ClientProject {
  readonly config: ProjectConfig;
  readonly registry: Registry;
}

/** Makes a client. Without a project there is what installed packages add, and no config. */
export async function createClient(options: ClientOptions = {}, project = withoutConfig()): Promise<Client> {
  const { datastore: wanted } = options;
  const { serializers = project.registry.serializers } = options;
  const datastore = isDatastore(wanted) ? wanted : await open(wanted, project);
  const records = createRecordStore(datastore);
  const blobs = createBlobStore(datastore);
  return new Client(createReader(datastore.root, records, blobs, createSerializerSet(serializers)));
}

function withoutConfig(): ClientProject {
  return { config: {}, registry: createRegistry({}, { installed: discoverPlugins(process.cwd()) }) };
}

async function open(wanted: OpenDatastoreOptions | undefined, project: ClientProject): Promise<Datastore> {
  const { config, registry } = project;
  const environment = readEnvironment();
  const profile = readProfile(environment);
  const [variables, ofProfile, settings] = [
    settingsOf(environment, {}),
    settingsOf({}, profile),
    settingsOf(environment, profile),
  ];
  const location = wanted ?? projectLocation(variables, config, ofProfile);
  const datastore = await openDatastore({ ...location, settings }, [...builtinProviders, ...registry.datastores]);
  const keeper = keeperIn(variables) ?? config.metadata ?? keeperIn(ofProfile);
  if (keeper !== undefined && keeper !== "datastore") {
    const provider = await findContribution(registry, "metadataProviders", keeper);
    await attachRecords(datastore, provider, registry.moduleOf("metadataProviders", keeper), settings);
  }
  return datastore;
}

function keeperIn(settings: DatastoreSettings): string | undefined {
  return settings.METAFLOW_METADATA ?? settings.METAFLOW_DEFAULT_METADATA;
}

/** Whether it is open already. */
export function isDatastore(value: ClientOptions["datastore"]): value is Datastore {
  return value !== undefined && "get" in value && typeof value.get === "function";
}
