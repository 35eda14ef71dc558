import { readEnvironment } from "../config/env.js";
import { readProfile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Datastore, DatastoreLocation } from "../contracts/datastore.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { MetadataProvider } from "../contracts/metadata-provider.js";
import { errors } from "../errors/codes.js";
import { guardImport } from "../util/guard-import.js";
import { attachRecords } from "./attached-records.js";
import { builtinProviders } from "./builtin-providers.js";
import { openDatastore } from "./open-datastore.js";

/** Opens a datastore where another process says it is, with this process's environment and profile. */
export async function openLocation(location: DatastoreLocation): Promise<Datastore> {
  const { module, name, metadata } = location;
  if (module === undefined && metadata === undefined) return openDatastore(location, builtinProviders);
  const environment = readEnvironment();
  const settings = settingsOf(environment, readProfile(environment));
  const own = module === undefined ? [] : [await importProvider(module, name)];
  const datastore = await openDatastore({ ...location, settings }, [...own, ...builtinProviders]);
  if (metadata?.module !== undefined) {
    const provider = await importMetadataProvider(metadata.module, metadata.name);
    await attachRecords(datastore, provider, metadata.module, settings);
  }
  return datastore;
}

/**
 * The provider of a datastore's name that a module has: its default export, or its export `plugin`, is the provider, a
 * plugin, or a config.
 *
 * @throws DATASTORE_MODULE_INVALID
 */
export async function importProvider(module: string, name: string): Promise<DatastoreProvider> {
  const provider = await importNamed<DatastoreProvider>(module, name, "datastores");
  return { name, scheme: provider.scheme, module, open: (root, settings) => provider.open(root, settings) };
}

/** The same for a metadata provider. @throws DATASTORE_MODULE_INVALID */
export async function importMetadataProvider(module: string, name: string): Promise<MetadataProvider> {
  return await importNamed<MetadataProvider>(module, name, "metadataProviders");
}

async function importNamed<P extends { readonly name: string }>(
  module: string,
  name: string,
  kind: "datastores" | "metadataProviders",
): Promise<P> {
  let exports: unknown;
  try {
    exports = await guardImport(() => import(module));
  } catch (cause) {
    throw errors.DATASTORE_MODULE_INVALID({ name, module, reason: (cause as Error).message }, { cause });
  }
  const provider = inside(exports, kind).find((value) => isProvider<P>(value, name));
  if (provider === undefined) throw errors.DATASTORE_MODULE_INVALID({ name, module, reason: "it is not there" });
  return provider;
}

/** The provider of a datastore's name in what a module exports; undefined for none. */
export function providerIn(exports: unknown, name: string): DatastoreProvider | undefined {
  return inside(exports, "datastores").find((value) => isProvider<DatastoreProvider>(value, name));
}

/** What a module, a plugin or a config may hold a provider in, however deep. */
function inside(value: unknown, kind: "datastores" | "metadataProviders"): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const { default: main, plugin, plugins, [kind]: own } = value as Readonly<Record<string, unknown>>;
  const parts = [main, plugin, ...asList(plugins), ...asList(own)].filter((part) => part !== undefined);
  return parts.flatMap((part) => [part, ...inside(part, kind)]);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isProvider<P extends { readonly name: string }>(value: unknown, name: string): value is P {
  if (typeof value !== "object" || value === null) return false;
  return "open" in value && (value as Partial<P>).name === name;
}
