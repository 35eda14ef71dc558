import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import type { NamedSecret } from "../contracts/secrets-provider.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { secretsIn } from "./redact-graph.js";
import { validateOptions } from "./validate-options.js";

/**
 * What `redact` of decorators takes out of the options that the source gives them, in all steps: their values come from
 * the environment of this process, where every task can read them.
 */
export function secretsInSource(
  graph: FlowGraph,
  definitionsOf: (step: string) => ReadonlyMap<string, StepDecorator>,
  optionsOf: (step: string, decorator: string) => unknown,
): readonly NamedSecret[] {
  return Object.values(graph.steps).flatMap(({ name: step, decorators }) => {
    const inSource = decorators.filter(({ staticallyDefined }) => staticallyDefined);
    if (inSource.length === 0) return [];
    const definitions = definitionsOf(step);
    return inSource.flatMap(({ name }) => {
      const definition = definitions.get(name);
      return definition?.redact === undefined ? [] : readable(step, definition, optionsOf(step, name));
    });
  });
}

/** Options that are wrong here, without a variable that only another place has, fail the tasks of their own step. */
function readable(step: string, definition: StepDecorator, given: unknown): readonly NamedSecret[] {
  try {
    const options = validateOptions(definition, given, { owner: { step } });
    return secretsIn(step, definition, options as AttachedDecorator["attributes"]);
  } catch {
    return [];
  }
}
