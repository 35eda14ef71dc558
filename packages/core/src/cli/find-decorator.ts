import { distance } from "fastest-levenshtein";
import { checkDefinition, FLOW_DECORATOR, STEP_DECORATOR } from "../decorators/check-definition.js";
import type { DecoratorCatalog } from "../decorators/gather-decorators.js";
import { exportedDecorator } from "../decorators/known-decorators.js";
import type { FindDecorator } from "../decorators/mutation.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import { errors } from "../errors/codes.js";
import type { Registry } from "../registry/create-registry.js";

/**
 * Finds decorators by name: those of the config and of installed packages, which are imported now, and step decorators
 * that the flow's file exports.
 */
export function decoratorFinder(registry: Registry, exports: Readonly<Record<string, unknown>>): FindDecorator {
  return {
    async step(name, insertedBy) {
      const decorator = (await registry.find("decorators", name)) ?? exportedDecorator(exports, name);
      if (decorator === undefined) throw unknown(STEP_DECORATOR.kind, name, insertedBy, registry.names("decorators"));
      checkDefinition(decorator, STEP_DECORATOR);
      return decorator;
    },
    async flow(name, insertedBy) {
      const decorator = await registry.find("flowDecorators", name);
      if (decorator === undefined)
        throw unknown(FLOW_DECORATOR.kind, name, insertedBy, registry.names("flowDecorators"));
      checkDefinition(decorator, FLOW_DECORATOR);
      return decorator;
    },
  };
}

function unknown(kind: string, name: string, insertedBy: string, names: readonly string[]): Error {
  const known = names.toSorted((a, b) => distance(name, a) - distance(name, b));
  const fix = known.length === 0 ? undefined : `Did you mean '${known[0]}'?`;
  return errors.DECORATOR_UNKNOWN({ kind, name, insertedBy, known }, { fix });
}

/** The decorators that specs ask for. @throws DECORATOR_UNKNOWN, DECORATOR_INVALID */
export async function findDecorators(find: FindDecorator, specs: readonly DecoratorSpec[]): Promise<DecoratorCatalog> {
  const found = new Map<string, Awaited<ReturnType<FindDecorator["step"]>>>();
  // One after the other: what an import does to the process is blamed on its package.
  for (const { name, insertedBy } of specs) if (!found.has(name)) found.set(name, await find.step(name, insertedBy));
  return found;
}
