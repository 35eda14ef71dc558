import type { DatastoreSettings } from "../contracts/datastore-provider.js";
import { LOCAL_ROOT_NAME } from "./find-local-root.js";
import type { OpenDatastoreOptions } from "./open-datastore.js";

/** Where `run` would write without options and `metaflow.config.ts`, so that a script finds what the command left. */
export function defaultLocation(settings: DatastoreSettings): OpenDatastoreOptions {
  const name = settings.METAFLOW_DATASTORE ?? settings.METAFLOW_DEFAULT_DATASTORE;
  const sysroot = settings[`METAFLOW_DATASTORE_SYSROOT_${(name ?? "local").toUpperCase().replaceAll("-", "_")}`];
  const isLocal = name === undefined || name === "local";
  const below = sysroot && isLocal ? `${sysroot}/${LOCAL_ROOT_NAME}` : sysroot;
  return { name, root: settings.METAFLOW_DATASTORE_ROOT ?? below };
}
