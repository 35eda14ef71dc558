import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { checkedPolicy, reasonAgainst } from "./ask-decorator.js";
import { collectProblem, refuseProblems } from "./collect-problem.js";
import { type Attachment, type Attachments, type DecoratorCatalog, gatherDecorators } from "./gather-decorators.js";
import { mergePolicies } from "./merge-policies.js";
import type { DecoratorSpec } from "./parse-spec.js";

/** A graph with its decorators in place, and what was passed by. */
export interface AttachedGraph {
  readonly graph: FlowGraph;
  /** The same as in the graph, with what the decorators are. */
  readonly attachments: Attachments;
  /** Where a decorator that `--with` asked for was left out, and why. */
  readonly notices: readonly string[];
}

/**
 * Attaches to every step what the source says and what the specs ask for, where no mutator has a say.
 *
 * @throws one error, or DECORATORS_INVALID with all of them
 */
export function attachDecorators(
  graph: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  catalog: DecoratorCatalog,
): AttachedGraph {
  const { attachments, notices, problems } = gatherDecorators(graph, definition, specs, catalog);
  return fixDecorators(graph, attachments, notices, problems);
}

/**
 * Puts every step's decorators in their order, refuses conflicts, and puts their policies together.
 *
 * @param known problems that were found before
 * @throws one error, or DECORATORS_INVALID with all of them
 */
function fixDecorators(
  graph: FlowGraph,
  gathered: Attachments,
  notices: readonly string[],
  known: readonly MetaflowError[] = [],
): AttachedGraph {
  const problems = [...known];
  const attachments = new Map(
    [...gathered].map(([step, all]): readonly [string, readonly Attachment[]] => [step, inOrder(all)]),
  );
  const steps = Object.values(graph.steps).map((node) => {
    const all = attachments.get(node.name) ?? [];
    collectProblem(problems, () => checkTogether(node, graph, all));
    return [node.name, collectProblem(problems, () => finish(node, all)) ?? node] as const;
  });
  refuseProblems(graph.flow, problems);
  return { graph: { ...graph, steps: Object.fromEntries(steps) }, attachments, notices };
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
    const reason = definition === undefined ? null : reasonAgainst(definition, data.attributes, { step: node, graph });
    if (reason !== null) throw errors.DECORATOR_MISPLACED({ decorator, step, reason }, where);
  }
}

function inOrder(all: readonly Attachment[]): readonly Attachment[] {
  return all.toSorted((a, b) => (a.definition?.order ?? 0) - (b.definition?.order ?? 0));
}

function finish(node: StepNode, all: readonly Attachment[]): StepNode {
  const policies = all.flatMap(({ data, definition }) =>
    definition === undefined ? [] : [checkedPolicy(definition, data.attributes, node.name)],
  );
  return { ...node, decorators: all.map(({ data }) => data), policy: mergePolicies(policies) };
}
