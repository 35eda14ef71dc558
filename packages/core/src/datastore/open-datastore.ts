import { distance } from "fastest-levenshtein";
import type { Datastore, DatastoreLocation } from "../contracts/datastore.js";
import type { DatastoreProvider, DatastoreSettings } from "../contracts/datastore-provider.js";
import { errors } from "../errors/codes.js";
import { callHook } from "../registry/check-contribution.js";
import { attachedTo } from "./attached-records.js";
import { blobCacheOptions, withBlobCache } from "./blob-cache.js";
import { builtinProviders } from "./builtin-providers.js";
import { findLocalRoot } from "./find-local-root.js";
import { schemeOf } from "./scheme-of.js";

export interface OpenDatastoreOptions {
  /** The provider's name. Without one the scheme of the root decides; a root without a scheme is a local folder. */
  readonly name?: string | undefined;
  /** Without one the local datastore takes the nearest `.metaflow` folder; others refuse. */
  readonly root?: string | undefined;
  /** Where the search for `.metaflow` begins. Default: the working directory. */
  readonly directory?: string | undefined;
  /** What providers read their own variables from, and the cache for what is read of distant ones. Default: none. */
  readonly settings?: DatastoreSettings | undefined;
}

/**
 * Opens a datastore by name, by the scheme of its root, or the local one.
 * @throws DATASTORE_UNKNOWN, listing the known names, nearest first; DATASTORE_ROOT_INVALID; PLUGIN_SCHEME_TAKEN where
 *   the root could belong to either of two, unless core is one of them
 */
export async function openDatastore(
  options: OpenDatastoreOptions,
  providers: readonly DatastoreProvider[],
): Promise<Datastore> {
  const scheme = options.root === undefined ? null : schemeOf(options.root);
  const provider = choose(options.name, scheme, providers);
  const root =
    options.root ?? (provider.name === "local" ? findLocalRoot(options.directory ?? process.cwd()) : undefined);
  if (root === undefined) {
    const reason = "this datastore needs to be told where it is";
    const example = provider.scheme === null ? "" : ` ${provider.scheme}://bucket/prefix`;
    const fix = `Give it with --datastore-root${example}, METAFLOW_DATASTORE_ROOT, or datastoreRoot in metaflow.config.ts.`;
    throw errors.DATASTORE_ROOT_INVALID({ name: provider.name, root: "", reason }, { fix });
  }
  const opened = await openBy(provider, root, options.settings ?? {});
  const cache = opened.capabilities.syncGet ? undefined : options.settings && blobCacheOptions(options.settings);
  const datastore = cache === undefined ? opened : withBlobCache(opened, cache);
  if (provider.module !== undefined) modules.set(datastore, provider.module);
  return datastore;
}

/** Core's own say by themselves what is wrong. */
async function openBy(provider: DatastoreProvider, root: string, settings: DatastoreSettings): Promise<Datastore> {
  const { name, module } = provider;
  if (module === undefined) return await provider.open(root, settings);
  return await callHook("datastores", { name, from: module, hook: "open" }, async () => {
    const opened: Partial<Datastore> | undefined = await provider.open(root, settings);
    if (opened?.capabilities === undefined) throw new TypeError("it gave no datastore");
    return opened as Datastore;
  });
}

/** The modules that the providers of open datastores come from; core's own have no entry. */
const modules = new WeakMap<Datastore, string>();

/** How another process or thread opens the same datastore. */
export function locationOf(datastore: Datastore): DatastoreLocation {
  const { name, root } = datastore;
  return { name, root, module: modules.get(datastore), metadata: attachedTo(datastore)?.location };
}

function choose(
  name: string | undefined,
  scheme: string | null,
  providers: readonly DatastoreProvider[],
): DatastoreProvider {
  const bySchemeOf = name === undefined && scheme !== null ? scheme : null;
  const [found, ...others] =
    bySchemeOf === null
      ? providers.filter((provider) => provider.name === (name ?? "local"))
      : providers.filter((provider) => provider.scheme === bySchemeOf);
  const other = others.find((each) => each.name !== found?.name);
  if (found !== undefined && other !== undefined && bySchemeOf !== null && !builtinProviders.includes(found)) {
    throw errors.PLUGIN_SCHEME_TAKEN({ scheme: bySchemeOf, first: found.name, second: other.name });
  }
  if (found !== undefined) return found;
  const wanted = name ?? scheme ?? "local";
  const names = [...new Set(providers.map((provider) => provider.name))];
  const known = names.toSorted((a, b) => distance(wanted, a) - distance(wanted, b) || (a < b ? -1 : 1));
  throw errors.DATASTORE_UNKNOWN({ name: wanted, known });
}
