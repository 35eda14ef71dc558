import { type Environment, METADATA_VARIABLE } from "../config/env.js";
import type { Datastore } from "../contracts/datastore.js";
import type { DatastoreProvider, DatastoreSettings } from "../contracts/datastore-provider.js";
import { attachRecords } from "../datastore/attached-records.js";
import { builtinProviders } from "../datastore/builtin-providers.js";
import { openDatastore } from "../datastore/open-datastore.js";
import { importMetadataProvider, importProvider } from "../datastore/provider-module.js";
import type { Registry } from "../registry/create-registry.js";
import { findContribution } from "../registry/find-contribution.js";
import type { ChosenDatastore } from "./datastore-location.js";

/**
 * Opens the datastore that was chosen, from those that are built in, the config's and those of installed packages.
 *
 * @param module of the provider, where the process that started this one says which it is
 */
export async function openProjectDatastore(
  chosen: ChosenDatastore,
  registry: Registry,
  directory: string,
  module: string | undefined,
  settings: DatastoreSettings,
): Promise<Datastore> {
  const given = module && chosen.name !== undefined ? [providerOf(module, chosen.name)] : [];
  return await openDatastore({ ...chosen, directory, settings }, [
    ...builtinProviders,
    ...registry.datastores,
    ...given,
  ]);
}

/**
 * Lets the metadata provider of a name keep the records of the datastore.
 *
 * @throws PLUGIN_NAME_UNKNOWN, and what importing and opening it throws
 */
export async function openProjectRecords(
  datastore: Datastore,
  name: string,
  registry: Registry,
  environment: Environment,
  settings: DatastoreSettings,
): Promise<void> {
  // The process that started this one says where the provider is.
  const given = registry.names("metadataProviders").includes(name) ? undefined : environment[METADATA_VARIABLE];
  if (given !== undefined) {
    await attachRecords(datastore, await importMetadataProvider(given, name), given, settings);
    return;
  }
  const provider = await findContribution(registry, "metadataProviders", name);
  const module = registry.moduleOf("metadataProviders", name);
  // Those of core need nothing kept: records lie in the datastore anyway.
  if (module !== undefined) await attachRecords(datastore, provider, module, settings);
}

function providerOf(module: string, name: string): DatastoreProvider {
  return {
    name,
    scheme: null,
    module,
    open: async (root, settings) => (await importProvider(module, name)).open(root, settings),
  };
}
