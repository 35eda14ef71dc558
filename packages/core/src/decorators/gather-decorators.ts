import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph, StepNode } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { reasonAgainst } from "./ask-decorator.js";
import { collectProblem } from "./collect-problem.js";
import type { DecoratorSpec } from "./parse-spec.js";
import { type OptionsPlace, validateOptions } from "./validate-options.js";

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
  const asked = specs.flatMap((spec) => collectProblem(problems, () => askedFor(spec, catalog)) ?? []);
  const steps = Object.values(graph.steps).map((node) => {
    const own = definition.steps[node.name]?.definitions ?? {};
    const attached = node.decorators.map((data) => ownDecorator(node, data, own[data.name], problems));
    const added = asked.flatMap(
      (each) => collectProblem(problems, () => requested(node, graph, each, attached, notices)) ?? [],
    );
    return [node.name, [...attached, ...withoutRepetition(added)]] as const;
  });
  return { attachments: new Map(steps), notices, problems };
}

type AskedAttachment = Attachment & { readonly definition: StepDecorator };

/** What the source says. With options that nobody can use it stays what it is, and is asked nothing. */
function ownDecorator(
  node: StepNode,
  data: AttachedDecorator,
  definition: StepDecorator | undefined,
  problems: MetaflowError[],
): Attachment {
  const attachment = collectProblem(problems, () => withOptions(data, definition, node));
  if (attachment !== undefined || definition === undefined) return attachment ?? { data, definition };
  const { check: _, policy: __, ...rest } = definition;
  return { data, definition: rest };
}

/** A decorator with its options checked and completed. @throws DECORATOR_OPTIONS_INVALID */
export function withOptions(
  data: AttachedDecorator,
  definition: StepDecorator | undefined,
  { name: step, source }: Pick<StepNode, "name" | "source">,
): Attachment {
  if (definition === undefined) return { data, definition };
  return optionsChecked(data, definition, { owner: { step }, insertedBy: data.insertedBy, source });
}

/** What a spec asks for, whatever the steps are. @throws DECORATOR_OPTIONS_INVALID */
function askedFor({ name: wanted, attributes, insertedBy }: DecoratorSpec, catalog: DecoratorCatalog): AskedAttachment {
  const definition = catalog.get(wanted);
  if (definition === undefined) throw new Error(`The catalog lacks the decorator '${wanted}'.`);
  const data = { name: definition.name, attributes, staticallyDefined: false, insertedBy };
  return optionsChecked(data, definition, { owner: null, insertedBy });
}

function optionsChecked(data: AttachedDecorator, definition: StepDecorator, place: OptionsPlace): AskedAttachment {
  const attributes = validateOptions(definition, data.attributes, place) as AttachedDecorator["attributes"];
  return { data: { ...data, attributes }, definition };
}

/** What is asked for on a step: nothing where the step has the decorator already, or cannot have it. */
function requested(
  node: StepNode,
  graph: FlowGraph,
  asked: AskedAttachment,
  own: readonly Attachment[],
  notices: string[],
): readonly Attachment[] {
  const { data, definition } = asked;
  const { name, insertedBy } = data;
  if (definition.repeatable !== true && own.some((each) => each.data.name === name)) return [];
  const reason = reasonAgainst(definition, data.attributes, { step: node, graph });
  if (reason === null) return [asked];
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
