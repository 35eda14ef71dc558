import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { Registry } from "../registry/create-registry.js";

/** What tasks of the flow need at hand: the packages of decorators that the source does not import, and all that may store a value or know a secret. */
export function usedPlugins({ installed }: Registry, graph: FlowGraph): readonly InstalledPlugin[] {
  const toSteps = addedNames(Object.values(graph.steps).flatMap(({ decorators }) => decorators));
  const toFlow = addedNames(graph.decorators);
  return installed.filter(
    ({ provides: { serializers = [], secrets = [], decorators = [], flowDecorators = [] } }) =>
      serializers.length + secrets.length > 0 ||
      decorators.some(({ name }) => toSteps.has(name)) ||
      flowDecorators.some(({ name }) => toFlow.has(name)),
  );
}

/** Names of those that do not stand in the source. */
function addedNames(attached: readonly AttachedDecorator[]): ReadonlySet<string> {
  return new Set(attached.filter(({ staticallyDefined }) => !staticallyDefined).map(({ name }) => name));
}
