import { fileURLToPath } from "node:url";
import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { Contributions } from "../contracts/contributions.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { InstalledPlugin, Provision } from "../contracts/installed-plugin.js";
import type { InstalledSerializer } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { answersTo } from "./answers-to.js";
import { checkContribution } from "./check-contribution.js";
import type { PluginContributions } from "./define-plugin.js";
import { KIND_WORDS } from "./kinds.js";
import { importPlugin, importPluginSync } from "./load-plugin.js";

type Plugins = readonly InstalledPlugin[];

/** What installed packages list of a kind, each name once, with the package. */
export function listedOf<K extends ContributionKind>(
  installed: Plugins,
  kind: K,
): readonly (Provision<K> & { readonly plugin: InstalledPlugin })[] {
  const listed = installed.flatMap((plugin) => provisionsOf(plugin, kind).map((each) => ({ ...each, plugin })));
  return listed.filter(({ name }, i) => listed.findIndex((each) => each.name === name) === i);
}

/** The datastores that installed packages list; each is imported when it is opened. */
export function installedDatastores(installed: Plugins): readonly DatastoreProvider[] {
  return listedOf(installed, "datastores").map(({ name, scheme, plugin }) => ({
    name,
    scheme,
    module: plugin.entry,
    open: async (root, settings) => (await installedContribution(installed, "datastores", name)).open(root, settings),
  }));
}

/** The serializers that installed packages list; each is imported when a value needs it. */
export function installedSerializers(installed: Plugins): readonly InstalledSerializer[] {
  return listedOf(installed, "serializers").map(({ name, plugin }) => ({
    name,
    package: plugin.package,
    load: () => installedContributionSync(installed, "serializers", name),
  }));
}

/**
 * What an installed package lists under a name.
 *
 * @throws PLUGIN_DUPLICATE, PLUGIN_LACKS_NAME, PLUGIN_CONTRIBUTION_INVALID, and what importing throws
 */
export async function installedContribution<K extends ContributionKind>(
  installed: Plugins,
  kind: K,
  name: string,
): Promise<Contributions[K]> {
  const provider = providerOf(installed, kind, name);
  const found = pick(provider, await importPlugin(provider.plugin, provider.what), kind, name);
  return checkContribution(kind, found, provider.plugin.package);
}

/** The same without giving up the thread. */
function installedContributionSync<K extends ContributionKind>(
  installed: Plugins,
  kind: K,
  name: string,
): Contributions[K] {
  const provider = providerOf(installed, kind, name);
  return pick(provider, importPluginSync(provider.plugin, provider.what), kind, name);
}

/** The package that a name comes from, and how errors say what is wanted of it. */
interface Provider {
  readonly plugin: InstalledPlugin;
  readonly what: string;
}

function providerOf(installed: Plugins, kind: ContributionKind, name: string): Provider {
  const [plugin, other] = installed.filter((each) => provisionsOf(each, kind).some((one) => one.name === name));
  const what = `${KIND_WORDS[kind]} '${name}'`;
  if (plugin === undefined) throw new Error(`No package lists the ${what}.`);
  if (other === undefined) return { plugin, what };
  throw errors.PLUGIN_DUPLICATE({ kind: KIND_WORDS[kind], name, first: plugin.package, second: other.package });
}

function pick<K extends ContributionKind>(
  { plugin: { package: plugin, entry }, what }: Provider,
  contributions: PluginContributions,
  kind: K,
  name: string,
): Contributions[K] {
  const values: readonly Contributions[K][] = contributions[kind] ?? [];
  const found = values.find((value) => value != null && answersTo(value, name));
  if (found !== undefined) return found;
  throw errors.PLUGIN_LACKS_NAME({ plugin, what, entry: fileURLToPath(entry) });
}

function provisionsOf<K extends ContributionKind>(plugin: InstalledPlugin, kind: K): readonly Provision<K>[] {
  return plugin.provides[kind] ?? [];
}
