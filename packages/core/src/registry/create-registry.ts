import type { DatastoreProvider } from "../contracts/datastore-provider.js";
import type { ArtifactSerializer } from "../contracts/serializer.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import type { ProjectConfig } from "./define-config.js";
import type { PluginContributions } from "./define-plugin.js";

/** Everything that plugins and the project's config add, by kind. An instance, made for one command. */
export interface Registry {
  readonly serializers: readonly ArtifactSerializer[];
  readonly datastores: readonly DatastoreProvider[];
  readonly decorators: readonly StepDecorator[];
}

/**
 * Collects what the config's plugins and the config itself contribute.
 *
 * @throws PLUGIN_DUPLICATE where two contributions of one kind have the same name.
 */
export function createRegistry(config: ProjectConfig): Registry {
  const sources: readonly [string, PluginContributions][] = [
    ...(config.plugins ?? []).map((plugin) => [plugin.name, plugin] as [string, PluginContributions]),
    ["metaflow.config.ts", config],
  ];
  return {
    serializers: collect(sources, "serializer", (source) => source.serializers),
    datastores: collect(sources, "datastore", (source) => source.datastores),
    decorators: collect(sources, "step decorator", (source) => source.decorators),
  };
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
