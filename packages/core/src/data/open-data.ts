import { readEnvironment } from "../config/env.js";
import { readProfile } from "../config/profile.js";
import { settingsOf } from "../config/settings.js";
import type { Current } from "../contracts/current.js";
import type { Data } from "../contracts/data.js";
import type { Datastore } from "../contracts/datastore.js";
import { builtinProviders } from "../datastore/builtin-providers.js";
import { defaultLocation } from "../datastore/default-location.js";
import { dataPrefix } from "../datastore/key-layout.js";
import { openDatastore } from "../datastore/open-datastore.js";
import { runDatastore } from "../datastore/run-datastore.js";
import { errors } from "../errors/codes.js";
import { createRegistry } from "../registry/create-registry.js";
import { discoverPlugins } from "../registry/discover-plugins.js";
import { current } from "../task/current.js";
import { createData } from "./create-data.js";

/** Where data lies: an address, or beside a run. */
export type DataRoot = string | DataOfRun;

export interface DataOfRun {
  /** `current` of a step, a run of the client's, or `Flow/run`. */
  readonly run: Pick<Current, "pathspec"> | { readonly pathspec: string } | string;
  /** Where the run is kept. Default: within a step where its own run is, elsewhere what `createClient()` reads. */
  readonly datastore?: Datastore | undefined;
}

/**
 * Opens data below a root: `s3://bucket/prefix`, a folder, or `{ run: current }`.
 *
 * @throws DATASTORE_UNKNOWN where no package for the root's scheme is installed, DATASTORE_ROOT_INVALID, DATA_RUN_MISSING
 */
export async function openData(root: DataRoot): Promise<Data> {
  if (typeof root === "string") return createData(await openRoot(root), "");
  const pathspec = typeof root.run === "string" ? root.run : root.run.pathspec;
  // Outside of a step `current` has no fields.
  if (pathspec === undefined) throw errors.DATA_RUN_MISSING(undefined);
  const [flow = "", runId = "", ...rest] = pathspec.split("/");
  if (flow === "" || runId === "" || (typeof root.run === "string" && rest.length > 0)) {
    throw errors.PATHSPEC_INVALID({ given: pathspec, form: "Flow/run" });
  }
  const datastore = root.datastore ?? runDatastore(current) ?? (await openRoot(undefined));
  return createData(datastore, dataPrefix(flow, runId));
}

async function openRoot(root: string | undefined): Promise<Datastore> {
  const environment = readEnvironment();
  const settings = settingsOf(environment, readProfile(environment));
  const { datastores } = createRegistry({}, { installed: discoverPlugins(process.cwd()) });
  const location = root === undefined ? defaultLocation(settings) : { root };
  return await openDatastore({ ...location, settings }, [...builtinProviders, ...datastores]);
}
