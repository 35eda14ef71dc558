import type { FlowGraph } from "../contracts/graph.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { Registry } from "../registry/create-registry.js";

/** What tasks of the flow need at hand: the packages of decorators that the source does not import, and all that may store a value. */
export function usedPlugins({ installed }: Registry, { steps }: FlowGraph): readonly InstalledPlugin[] {
  const attached = Object.values(steps).flatMap(({ decorators }) => decorators);
  const added = new Set(attached.filter((each) => !each.staticallyDefined).map(({ name }) => name));
  return installed.filter(
    ({ provides: { serializers = [], decorators = [] } }) =>
      serializers.length > 0 || decorators.some(({ name }) => added.has(name)),
  );
}
