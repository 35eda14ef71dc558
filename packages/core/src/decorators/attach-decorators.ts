import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph, StepNode } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { isMetaflowError, type MetaflowError, MetaflowErrors } from "../errors/metaflow-error.js";
import { decoratorFailed } from "./decorator-failed.js";
import { mergePolicies } from "./merge-policies.js";
import type { DecoratorSpec } from "./parse-spec.js";
import { validateOptions } from "./validate-options.js";

/** The step decorators that specs name, by name. */
export type DecoratorCatalog = ReadonlyMap<string, StepDecorator>;

/** A graph with its decorators in place, and what was passed by. */
export interface AttachedGraph {
  readonly graph: FlowGraph;
  /** Where a decorator that `--with` asked for was left out, and why. */
  readonly notices: readonly string[];
}

/** A decorator of one step, with what it is. */
interface Attachment {
  readonly data: AttachedDecorator;
  /** Undefined where only the data is known: then nothing but the data can be used. */
  readonly definition: StepDecorator | undefined;
}

/**
 * Attaches to every step what the source says and what the specs ask for: options checked and completed, conflicts
 * refused, policies put together. What the source says wins over what is asked for, and earlier specs over later ones.
 *
 * @throws one error, or DECORATORS_INVALID with all of them
 */
export function attachDecorators(
  graph: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  catalog: DecoratorCatalog,
): AttachedGraph {
  const problems: MetaflowError[] = [];
  const notices: string[] = [];
  const steps = Object.values(graph.steps).map((node) => {
    const own = definition.steps[node.name]?.definitions ?? {};
    const attached = collect(problems, () => ownDecorators(node, own)) ?? [];
    const added = specs.flatMap(
      (spec) => collect(problems, () => requested(node, graph, spec, attached, catalog, notices)) ?? [],
    );
    const all = inOrder([...attached, ...withoutRepetition(added)]);
    collect(problems, () => checkTogether(node, graph, all));
    return [node.name, collect(problems, () => finish(node, all)) ?? node] as const;
  });
  if (problems.length > 0) throw asOne(graph.flow, problems);
  return { graph: { ...graph, steps: Object.fromEntries(steps) }, notices };
}

function ownDecorators(node: StepNode, definitions: Readonly<Record<string, StepDecorator>>): readonly Attachment[] {
  return node.decorators.map((data) => {
    const definition = definitions[data.name];
    if (definition === undefined) return { data, definition };
    return { data: { ...data, attributes: checked(definition, data.attributes, node.name) }, definition };
  });
}

/** What a spec adds to a step: nothing where the step has the decorator already, or cannot have it. */
function requested(
  node: StepNode,
  graph: FlowGraph,
  spec: DecoratorSpec,
  own: readonly Attachment[],
  catalog: DecoratorCatalog,
  notices: string[],
): readonly Attachment[] {
  const definition = catalog.get(spec.name);
  if (definition === undefined) throw new Error(`The catalog lacks the decorator '${spec.name}'.`);
  if (definition.repeatable !== true && own.some(({ data }) => data.name === spec.name)) return [];
  const attributes = checked(definition, spec.attributes, node.name);
  const reason = reasonAgainst(definition, attributes, node, graph);
  if (reason !== null) {
    notices.push(`${spec.insertedBy} passes by step '${node.name}' with '${spec.name}': ${reason}`);
    return [];
  }
  const data = { name: spec.name, attributes, staticallyDefined: false, insertedBy: spec.insertedBy };
  return [{ data, definition }];
}

function withoutRepetition(added: readonly Attachment[]): readonly Attachment[] {
  const names = new Set<string>();
  return added.filter(({ data, definition }) => {
    if (definition?.repeatable !== true && names.has(data.name)) return false;
    names.add(data.name);
    return true;
  });
}

function checkTogether(node: StepNode, graph: FlowGraph, all: readonly Attachment[]): void {
  const where = { where: { flow: graph.flow, step: node.name, source: node.source ?? undefined } };
  const step = node.name;
  for (const [k, { data, definition }] of all.entries()) {
    const decorator = data.name;
    const isRepeated = all.findIndex((other) => other.data.name === decorator) !== k;
    if (isRepeated && definition?.repeatable !== true) throw errors.DECORATOR_TWICE({ decorator, step }, where);
    const other = all.find((each) => definition?.conflictsWith?.includes(each.data.name) === true)?.data.name;
    if (other !== undefined) throw errors.DECORATOR_CONFLICT({ decorator, other, step }, where);
    const reason = data.staticallyDefined ? reasonAgainst(definition, data.attributes, node, graph) : null;
    if (reason !== null) throw errors.DECORATOR_MISPLACED({ decorator, step, reason }, where);
  }
}

function reasonAgainst(
  definition: StepDecorator | undefined,
  attributes: unknown,
  step: StepNode,
  graph: FlowGraph,
): string | null {
  if (definition?.check === undefined) return null;
  return blaming(definition.name, "check", step.name, () => definition.check?.(attributes, { step, graph }) ?? null);
}

function inOrder(all: readonly Attachment[]): readonly Attachment[] {
  return all.toSorted((a, b) => (a.definition?.order ?? 0) - (b.definition?.order ?? 0));
}

function finish(node: StepNode, all: readonly Attachment[]): StepNode {
  const policies = all.flatMap(({ data, definition }) => {
    if (definition?.policy === undefined) return [];
    return blaming(definition.name, "policy", node.name, () => definition.policy?.(data.attributes) ?? []);
  });
  return { ...node, decorators: all.map(({ data }) => data), policy: mergePolicies(policies) };
}

function checked(definition: StepDecorator, attributes: unknown, step: string): Readonly<Record<string, unknown>> {
  return validateOptions(definition, attributes, step) as Readonly<Record<string, unknown>>;
}

function blaming<T>(decorator: string, hook: string, step: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw decoratorFailed(decorator, hook, step, cause);
  }
}

function collect<T>(problems: MetaflowError[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!isMetaflowError(error)) throw error;
    problems.push(error);
    return undefined;
  }
}

function asOne(flow: string, problems: readonly MetaflowError[]): MetaflowError {
  const [only] = problems;
  if (only !== undefined && problems.length === 1) return only;
  const summary = errors.DECORATORS_INVALID({ flow, problems: problems.map(({ message }) => message) });
  return new MetaflowErrors(summary.code, summary.message, problems, { where: { flow } });
}
