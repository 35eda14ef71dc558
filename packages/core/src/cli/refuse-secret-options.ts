import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import { errors } from "../errors/codes.js";
import { createSecretMask } from "../secrets/secret-mask.js";

/**
 * Refuses a graph where a secret of one decorator stands among what is stored of another's options.
 *
 * @throws SECRET_IN_OPTIONS
 */
export function refuseSecretOptions(graph: FlowGraph, secrets: readonly NamedSecret[]): void {
  const mask = createSecretMask(secrets);
  const check = (decorators: readonly AttachedDecorator[], owner: string, step?: string): void => {
    for (const { name: decorator, attributes } of decorators) {
      const names = mask.find(JSON.stringify(attributes));
      if (names.length > 0) throw errors.SECRET_IN_OPTIONS({ decorator, owner, names }, { where: { step } });
    }
  };
  check(graph.decorators, `flow '${graph.flow}'`);
  for (const { name, decorators } of Object.values(graph.steps)) check(decorators, `step '${name}'`, name);
}
