import type { DatastoreSettings } from "../contracts/datastore-provider.js";
import type { Environment } from "./env.js";
import type { Profile } from "./profile.js";

/** The `METAFLOW_*` values of a process: the environment's, else the profile's. */
export function settingsOf(environment: Environment, profile: Profile): DatastoreSettings {
  const entries = [profile, environment].flatMap((source) =>
    Object.entries(source).filter(([name, value]) => name.startsWith("METAFLOW_") && value),
  );
  return Object.fromEntries(entries);
}
