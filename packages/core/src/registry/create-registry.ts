import type { ContributionKind } from "../contracts/contribution-kind.js";
import type { Contributions } from "../contracts/contributions.js";
import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { InstalledPlugin, Provision } from "../contracts/installed-plugin.js";
import type { SerializerSource } from "../contracts/serializer.js";
import { errors } from "../errors/codes.js";
import { answersTo } from "./answers-to.js";
import type { Builtin, Builtins } from "./builtins.js";
import { checkContribution } from "./check-contribution.js";
import type { ProjectConfig } from "./define-config.js";
import type { PluginContributions } from "./define-plugin.js";
import {
  installedContribution,
  installedDatastores,
  installedSerializers,
  listedOf,
} from "./installed-contributions.js";
import { KIND_WORDS, KINDS } from "./kinds.js";

/**
 * Everything that plugins and the project's config add, by kind. An instance, made for one command. What the config
 * gives comes first and takes the place of what an installed package has under the same name.
 */
export interface Registry {
  /** Those of installed packages are imported when a value needs one. */
  readonly serializers: readonly SerializerSource[];
  /** Those of installed packages are imported when they are opened. */
  readonly datastores: readonly DatastoreProvider[];
  /** Installed packages, without those that the config disables. */
  readonly installed: readonly InstalledPlugin[];
  readonly disabled: readonly InstalledPlugin[];
  /** Names of all contributions of a kind. */
  names(kind: ContributionKind): readonly string[];
  /** All contributions of a kind, as far as is known without importing them. */
  provisions<K extends ContributionKind>(kind: K): readonly Provision<K>[];
  /** URL of the module from which another process gets a contribution; undefined for core's own. */
  moduleOf(kind: ContributionKind, name: string): string | undefined;
  /** The contribution of a name, imported now where it comes from an installed package; undefined for none. */
  find<K extends ContributionKind>(kind: K, name: string): Promise<Contributions[K] | undefined>;
}

export interface RegistryOptions {
  readonly installed?: readonly InstalledPlugin[] | undefined;
  /** URL of the config's file: other processes get the config's datastores from it. */
  readonly configModule?: string | undefined;
  /** What core itself gives by name. Only the config takes its place. */
  readonly builtins?: Builtins | undefined;
}

/**
 * Collects what the config's plugins, the config itself and installed packages contribute.
 *
 * @throws PLUGIN_DUPLICATE where two contributions of one kind in the config have the same name. Two installed packages
 *   with the same name are an error when the name is used.
 */
export function createRegistry(config: ProjectConfig, options: RegistryOptions = {}): Registry {
  const sources: readonly [string, PluginContributions][] = [
    ...(config.plugins ?? []).map((plugin) => [plugin.name, plugin] as [string, PluginContributions]),
    ["metaflow.config.ts", config],
  ];
  const isDisabled = (plugin: InstalledPlugin): boolean => config.disable?.includes(plugin.package) === true;
  const disabled = options.installed?.filter(isDisabled) ?? [];
  const installed = options.installed?.filter((plugin) => !isDisabled(plugin)) ?? [];
  const own = Object.fromEntries(KINDS.map((kind) => [kind, collect(sources, kind)])) as Own;
  const { configModule } = options;
  const datastores =
    configModule === undefined ? own.datastores : own.datastores.map((each) => withOrigin(each, configModule));
  const builtinsOf = <K extends ContributionKind>(kind: K): readonly Builtin<K>[] => options.builtins?.[kind] ?? [];
  const provisions = <K extends ContributionKind>(kind: K): readonly Provision<K>[] =>
    // What is known of an installed contribution beforehand, a contribution itself says too.
    merge(own[kind] as readonly object[] as readonly Provision<K>[], [
      ...builtinsOf(kind),
      ...listedOf(installed, kind),
    ]);
  return {
    serializers: merge<SerializerSource>(own.serializers, installedSerializers(installed)),
    datastores: merge(datastores, installedDatastores(installed)),
    installed,
    disabled,
    names: (kind) => provisions(kind).map(({ name }) => name),
    provisions,
    moduleOf(kind, name) {
      const isOwn = own[kind].some((each) => each.name === name);
      return isOwn ? configModule : listedOf(installed, kind).find((each) => each.name === name)?.plugin.entry;
    },
    async find(kind, name) {
      const found = own[kind].find((each) => answersTo(each, name));
      if (found !== undefined) return checkContribution(kind, found, "metaflow.config.ts");
      const listed = listedOf(installed, kind).find((each) => each.name === name);
      const builtin = builtinsOf(kind).find((each) => each.name === name);
      if (builtin !== undefined) {
        if (listed !== undefined) throw twice(kind, name, "@metaflow-ts/core", listed.plugin.package);
        return await builtin.load();
      }
      return listed !== undefined ? await installedContribution(installed, kind, name) : undefined;
    },
  };
}

function twice(kind: ContributionKind, name: string, first: string, second: string): Error {
  return errors.PLUGIN_DUPLICATE({ kind: KIND_WORDS[kind], name, first, second });
}

/** What the config and its plugins give. */
type Own = { readonly [K in ContributionKind]: readonly Contributions[K][] };

function withOrigin(provider: DatastoreProvider, module: string): DatastoreProvider {
  const { name, scheme } = provider;
  return { name, scheme, module, open: (root, settings) => provider.open(root, settings) };
}

/** All of the first, and of the second what has another name. */
function merge<T extends { readonly name: string }>(first: readonly T[], second: readonly T[]): readonly T[] {
  const names = new Set(first.map(({ name }) => name));
  return [...first, ...second.filter(({ name }) => !names.has(name))];
}

function collect<K extends ContributionKind>(
  sources: readonly (readonly [string, PluginContributions])[],
  kind: K,
): readonly Contributions[K][] {
  const found = new Map<string, { readonly value: Contributions[K]; readonly from: string }>();
  for (const [from, source] of sources) {
    const values: readonly Contributions[K][] = source[kind] ?? [];
    for (const value of values) {
      const other = found.get(value.name);
      if (other !== undefined && other.value !== value) {
        throw twice(kind, value.name, other.from, from);
      }
      found.set(value.name, { value, from });
    }
  }
  return [...found.values()].map(({ value }) => value);
}
