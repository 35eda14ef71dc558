import type { Datastore } from "../contracts/datastore.js";
import type { DatastoreProvider, DatastoreSettings } from "../contracts/datastore-provider.js";
import { builtinProviders } from "../datastore/builtin-providers.js";
import { openDatastore } from "../datastore/open-datastore.js";
import { importProvider } from "../datastore/provider-module.js";
import type { Registry } from "../registry/create-registry.js";
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

function providerOf(module: string, name: string): DatastoreProvider {
  return {
    name,
    scheme: null,
    module,
    open: async (root, settings) => (await importProvider(module, name)).open(root, settings),
  };
}
