import { pathToFileURL } from "node:url";
import type { Client } from "../client/client.js";
import { createClient as createClientOf, isDatastore, type ClientOptions as Reading } from "../client/create-client.js";
import { findProjectConfig } from "../config/project-config.js";
import { createRegistry } from "../registry/create-registry.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import type { LoadedConfig } from "./load-config.js";

export interface ClientOptions extends Reading {
  /**
   * The project's config: its datastore, and the datastores, serializers and plugins that it has. Default: `metaflow.config.ts`
   * of the working folder or above it, as commands find it. Null for none.
   */
  readonly config?: ProjectConfig | null | undefined;
}

/**
 * Makes a client: `const client = await createClient()`.
 *
 * @throws CONFIG_NOT_LOADED, CONFIG_INVALID, and what opening the datastore throws
 */
export async function createClient(options: ClientOptions = {}): Promise<Client> {
  const { config: given, ...reading } = options;
  // Nothing of the project is needed.
  if (isDatastore(reading.datastore) && reading.serializers !== undefined) return await createClientOf(reading);
  const { config, configFile } =
    given === undefined ? await configHere() : { config: given ?? {}, configFile: undefined };
  const configModule = configFile && pathToFileURL(configFile).href;
  const registry = createRegistry(config, { installed: discoverPlugins(process.cwd()), configModule });
  return await createClientOf(reading, { config, registry });
}

/** The bundler is loaded only where there is something to bundle. */
async function configHere(): Promise<LoadedConfig> {
  if (findProjectConfig(process.cwd()) === undefined) return { config: {}, configFile: undefined };
  const { loadProjectConfig } = await import("./load-config.js");
  return await loadProjectConfig(process.cwd());
}
