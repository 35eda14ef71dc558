import type { Datastore } from "./datastore.js";

/** How a plugin offers a datastore: by name, and by the scheme of its roots. */
export interface DatastoreProvider {
  /** What `--datastore` takes. */
  readonly name: string;
  /** Roots that begin with `scheme://` belong to it; null for a provider that is only chosen by name. */
  readonly scheme: string | null;
  /**
   * URL of the module from which another process gets this provider. Core fills it in for those of installed packages
   * and of the config.
   */
  readonly module?: string | undefined;
  /** Opens the store at the root. Loads heavy libraries only here. Throws where the root makes no sense. */
  open(root: string, settings: DatastoreSettings): Datastore | Promise<Datastore>;
}

/** `METAFLOW_*` values by name: from the environment, else from the profile. Empty ones are left out. */
export type DatastoreSettings = Readonly<Record<string, string | undefined>>;
