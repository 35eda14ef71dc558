import { readEnvironment } from "../config/env.js";
import { readProfile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Datastore, DatastoreLocation } from "../contracts/datastore.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import { errors } from "../errors/codes.js";
import { builtinProviders } from "./builtin-providers.js";
import { openDatastore } from "./open-datastore.js";

/** Opens a datastore where another process says it is, with this process's environment and profile. */
export async function openLocation(location: DatastoreLocation): Promise<Datastore> {
  const { module, name } = location;
  if (module === undefined) return openDatastore(location, builtinProviders);
  const environment = readEnvironment();
  const settings = settingsOf(environment, readProfile(environment));
  return openDatastore({ ...location, settings }, [await importProvider(module, name), ...builtinProviders]);
}

/**
 * The provider of a datastore's name that a module has: its default export, or its export `plugin`, is the provider, a
 * plugin, or a config.
 *
 * @throws DATASTORE_MODULE_INVALID
 */
export async function importProvider(module: string, name: string): Promise<DatastoreProvider> {
  let exports: unknown;
  try {
    exports = await import(module);
  } catch (cause) {
    throw errors.DATASTORE_MODULE_INVALID({ name, module, reason: (cause as Error).message }, { cause });
  }
  const provider = providerIn(exports, name);
  if (provider === undefined) throw errors.DATASTORE_MODULE_INVALID({ name, module, reason: "it is not there" });
  return { name, scheme: provider.scheme, module, open: (root, settings) => provider.open(root, settings) };
}

/** The provider of a datastore's name in what a module exports; undefined for none. */
export function providerIn(exports: unknown, name: string): DatastoreProvider | undefined {
  return inside(exports).find((value) => isProvider(value, name));
}

/** What a module, a plugin or a config may hold a provider in, however deep. */
function inside(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const { default: main, plugin, plugins, datastores } = value as Readonly<Record<string, unknown>>;
  const parts = [main, plugin, ...asList(plugins), ...asList(datastores)].filter((part) => part !== undefined);
  return parts.flatMap((part) => [part, ...inside(part)]);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isProvider(value: unknown, name: string): value is DatastoreProvider {
  if (typeof value !== "object" || value === null) return false;
  return "open" in value && (value as Partial<DatastoreProvider>).name === name;
}
