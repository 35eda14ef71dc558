import type { DatastoreSettings } from "../contracts/datastore-provider.js";
import { LOCAL_ROOT_NAME } from "./find-local-root.js";
import type { OpenDatastoreOptions } from "./open-datastore.js";

/** What a project's config says about its datastore. */
interface ConfiguredLocation {
  readonly datastore?: string | undefined;
  readonly datastoreRoot?: string | undefined;
}

/** Where `run` would write without options and `metaflow.config.ts`, so that a script finds what the command left. */
export function defaultLocation(settings: DatastoreSettings): OpenDatastoreOptions {
  return projectLocation(settings, {}, {});
}

/** The same with a config: it wins over the profile, and variables win over it. */
export function projectLocation(
  variables: DatastoreSettings,
  config: ConfiguredLocation,
  profile: DatastoreSettings,
): OpenDatastoreOptions {
  const name = nameIn(variables) ?? config.datastore ?? nameIn(profile);
  return { name, root: rootIn(variables, name) ?? config.datastoreRoot ?? rootIn(profile, name) };
}

function nameIn(settings: DatastoreSettings): string | undefined {
  return settings.METAFLOW_DATASTORE ?? settings.METAFLOW_DEFAULT_DATASTORE;
}

function rootIn(settings: DatastoreSettings, name = "local"): string | undefined {
  const sysroot = settings[`METAFLOW_DATASTORE_SYSROOT_${name.toUpperCase().replaceAll("-", "_")}`];
  const below = sysroot && name === "local" ? `${sysroot}/${LOCAL_ROOT_NAME}` : sysroot;
  return settings.METAFLOW_DATASTORE_ROOT ?? settings.METAFLOW_DEFAULT_DATASTORE_ROOT ?? below;
}
