import { closest, distance } from "fastest-levenshtein";
import type { FlowGraph } from "../contracts/graph.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import { checkDefinition, STEP_DECORATOR } from "../decorators/check-definition.js";
import type { DecoratorCatalog } from "../decorators/gather-decorators.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import { errors } from "../errors/codes.js";
import type { Registry } from "../registry/create-registry.js";

/**
 * The decorators that are asked for, imported where they come from installed packages.
 *
 * @throws DECORATOR_UNKNOWN, DECORATOR_INVALID
 */
export async function findDecorators(registry: Registry, specs: readonly DecoratorSpec[]): Promise<DecoratorCatalog> {
  const names = [...new Set(specs.map(({ name }) => name))];
  const found = await Promise.all(
    names.map(async (name) => {
      const decorator = await registry.find("decorators", name);
      if (decorator !== undefined) {
        checkDefinition(decorator, STEP_DECORATOR);
        return [name, decorator] as const;
      }
      const known = registry.names("decorators").toSorted((a, b) => distance(name, a) - distance(name, b));
      const advice = known.length === 0 ? {} : { fix: `Did you mean '${closest(name, known)}'?` };
      throw errors.DECORATOR_UNKNOWN({ name, known }, advice);
    }),
  );
  return new Map(found);
}

/** What tasks of the flow need at hand: the packages of decorators that the source does not import, and all that may store a value. */
export function usedPlugins({ installed }: Registry, { steps }: FlowGraph): readonly InstalledPlugin[] {
  const attached = Object.values(steps).flatMap(({ decorators }) => decorators);
  const added = new Set(attached.filter((each) => !each.staticallyDefined).map(({ name }) => name));
  return installed.filter(
    ({ provides: { serializers = [], decorators = [] } }) =>
      serializers.length > 0 || decorators.some(({ name }) => added.has(name)),
  );
}
