import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph, StepNode } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { reasonAgainst } from "./ask-decorator.js";
import { collectProblem } from "./collect-problem.js";
import type { DecoratorSpec } from "./parse-spec.js";
import { validateOptions } from "./validate-options.js";

/** The step decorators that specs name, by the name that stands there. */
export type DecoratorCatalog = ReadonlyMap<string, StepDecorator>;

/** A decorator of one step, with what it is. */
export interface Attachment {
  readonly data: AttachedDecorator;
  /** Undefined where only the data is known: then nothing but the data can be used. */
  readonly definition: StepDecorator | undefined;
}

/** The decorators of all steps, by step, before their order and conflicts are looked at. */
export type Attachments = ReadonlyMap<string, readonly Attachment[]>;

export interface GatheredDecorators {
  readonly attachments: Attachments;
  /** Where a decorator that `--with` asked for was left out, and why. */
  readonly notices: readonly string[];
  readonly problems: readonly MetaflowError[];
}

/**
 * What the source says and what the specs ask for, options checked and completed. What the source says wins over what is
 * asked for, and earlier specs over later ones.
 */
export function gatherDecorators(
  graph: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  catalog: DecoratorCatalog,
): GatheredDecorators {
  const problems: MetaflowError[] = [];
  const notices: string[] = [];
  const steps = Object.values(graph.steps).map((node) => {
    const own = definition.steps[node.name]?.definitions ?? {};
    const attached = collectProblem(problems, () => ownDecorators(node, own)) ?? [];
    const added = specs.flatMap(
      (spec) => collectProblem(problems, () => requested(node, graph, spec, attached, catalog, notices)) ?? [],
    );
    return [node.name, [...attached, ...withoutRepetition(added)]] as const;
  });
  return { attachments: new Map(steps), notices, problems };
}

function ownDecorators(node: StepNode, definitions: Readonly<Record<string, StepDecorator>>): readonly Attachment[] {
  return node.decorators.map((data) => withOptions(data, definitions[data.name], node.name));
}

/** A decorator with its options checked and completed. @throws DECORATOR_OPTIONS_INVALID */
export function withOptions(data: AttachedDecorator, definition: StepDecorator | undefined, step: string): Attachment {
  if (definition === undefined) return { data, definition };
  const attributes = validateOptions(definition, data.attributes, { step }) as AttachedDecorator["attributes"];
  return { data: { ...data, attributes }, definition };
}

/** What a spec adds to a step: nothing where the step has the decorator already, or cannot have it. */
function requested(
  node: StepNode,
  graph: FlowGraph,
  { name: wanted, attributes, insertedBy }: DecoratorSpec,
  own: readonly Attachment[],
  catalog: DecoratorCatalog,
  notices: string[],
): readonly Attachment[] {
  const definition = catalog.get(wanted);
  if (definition === undefined) throw new Error(`The catalog lacks the decorator '${wanted}'.`);
  const { name } = definition;
  if (definition.repeatable !== true && own.some(({ data }) => data.name === name)) return [];
  const attachment = withOptions({ name, attributes, staticallyDefined: false, insertedBy }, definition, node.name);
  const reason = reasonAgainst(definition, attachment.data.attributes, { step: node, graph });
  if (reason === null) return [attachment];
  notices.push(`${insertedBy} passes by step '${node.name}' with '${name}': ${reason}`);
  return [];
}

function withoutRepetition(added: readonly Attachment[]): readonly Attachment[] {
  const names = new Set<string>();
  return added.filter(({ data, definition }) => {
    if (definition?.repeatable !== true && names.has(data.name)) return false;
    names.add(data.name);
    return true;
  });
}
