import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { SerializerSource } from "../contracts/serializer.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import type { ProjectConfig } from "./define-config.js";
import type { PluginContributions } from "./define-plugin.js";
import { installedDatastores, installedDecorator, installedSerializers } from "./installed-contributions.js";

/**
 * Everything that plugins and the project's config add, by kind. An instance, made for one command. What the config
 * gives comes first and takes the place of what an installed package has under the same name.
 */
export interface Registry {
  /** Those of installed packages are imported when a value needs one. */
  readonly serializers: readonly SerializerSource[];
  /** Those of installed packages are imported when they are opened. */
  readonly datastores: readonly DatastoreProvider[];
  /** Names of all step decorators. */
  readonly decoratorNames: readonly string[];
  /** Installed packages, without those that the config disables. */
  readonly installed: readonly InstalledPlugin[];
  readonly disabled: readonly InstalledPlugin[];
  /** The step decorator of a name, imported now where it comes from an installed package; undefined for none. */
  decorator(name: string): Promise<StepDecorator | undefined>;
}

export interface RegistryOptions {
  readonly installed?: readonly InstalledPlugin[] | undefined;
  /** URL of the config's file: other processes get the config's datastores from it. */
  readonly configModule?: string | undefined;
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
  const decorators = collect(sources, "step decorator", (source) => source.decorators);
  const datastores = collect(sources, "datastore", (source) => source.datastores);
  const { configModule } = options;
  return {
    serializers: merge<SerializerSource>(
      collect(sources, "serializer", (source) => source.serializers),
      installedSerializers(installed),
    ),
    datastores: merge(
      configModule === undefined ? datastores : datastores.map((each) => withOrigin(each, configModule)),
      installedDatastores(installed),
    ),
    decoratorNames: [
      ...new Set([...decorators.map(({ name }) => name), ...installed.flatMap(({ provides }) => provides.decorators)]),
    ],
    installed,
    disabled,
    decorator: async (name) =>
      decorators.find((each) => each.name === name) ?? (await installedDecorator(installed, name)),
  };
}

function withOrigin(provider: DatastoreProvider, module: string): DatastoreProvider {
  const { name, scheme } = provider;
  return { name, scheme, module, open: (root) => provider.open(root) };
}

/** All of the first, and of the second what has another name. */
function merge<T extends { readonly name: string }>(first: readonly T[], second: readonly T[]): readonly T[] {
  const names = new Set(first.map(({ name }) => name));
  return [...first, ...second.filter(({ name }) => !names.has(name))];
}

function collect<T extends { readonly name: string }>(
  sources: readonly (readonly [string, PluginContributions])[],
  kind: string,
  pick: (source: PluginContributions) => readonly T[] | undefined,
): readonly T[] {
  const found = new Map<string, { readonly value: T; readonly from: string }>();
  for (const [from, source] of sources) {
    for (const value of pick(source) ?? []) {
      const other = found.get(value.name);
      if (other !== undefined && other.value !== value) {
        throw errors.PLUGIN_DUPLICATE({ kind, name: value.name, first: other.from, second: from });
      }
      found.set(value.name, { value, from });
    }
  }
  return [...found.values()].map(({ value }) => value);
}
