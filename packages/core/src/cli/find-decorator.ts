import { closest, distance } from "fastest-levenshtein";
import { checkDefinition, STEP_DECORATOR } from "../decorators/check-definition.js";
import type { DecoratorCatalog } from "../decorators/gather-decorators.js";
import { exportedDecorator } from "../decorators/known-decorators.js";
import type { FindDecorator } from "../decorators/mutation.js";
import type { DecoratorSpec } from "../decorators/parse-spec.js";
import { errors } from "../errors/codes.js";
import type { Registry } from "../registry/create-registry.js";

/**
 * Finds step decorators by name: those of the config and of installed packages, which are imported now, and those that
 * the flow's file exports.
 */
export function decoratorFinder(registry: Registry, exports: Readonly<Record<string, unknown>>): FindDecorator {
  return async (name) => {
    const decorator = (await registry.find("decorators", name)) ?? exportedDecorator(exports, name);
    if (decorator !== undefined) {
      checkDefinition(decorator, STEP_DECORATOR);
      return decorator;
    }
    const known = registry.names("decorators").toSorted((a, b) => distance(name, a) - distance(name, b));
    const advice = known.length === 0 ? {} : { fix: `Did you mean '${closest(name, known)}'?` };
    throw errors.DECORATOR_UNKNOWN({ name, known }, advice);
  };
}

/** The decorators that specs ask for. @throws DECORATOR_UNKNOWN, DECORATOR_INVALID */
export async function findDecorators(find: FindDecorator, specs: readonly DecoratorSpec[]): Promise<DecoratorCatalog> {
  const names = [...new Set(specs.map(({ name }) => name))];
  return new Map(await Promise.all(names.map(async (name) => [name, await find(name)] as const)));
}
