import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode } from "../contracts/graph.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { checkedPolicy, reasonAgainst } from "./ask-decorator.js";
import {
  attachFlowDecorators,
  checkFlowDecorators,
  type DecoratedFlow,
  type FlowAttachment,
} from "./attach-flow-decorators.js";
import { collectProblem, refuseProblems } from "./collect-problem.js";
import {
  type Attachment,
  type Attachments,
  type DecoratorCatalog,
  type GatheredDecorators,
  gatherDecorators,
} from "./gather-decorators.js";
import { mergePolicies } from "./merge-policies.js";
import type { DecoratorSpec } from "./parse-spec.js";

/** A graph with its decorators in place, and what was passed by. */
export interface AttachedGraph {
  readonly graph: FlowGraph;
  /** The same as in the graph, with what the decorators are. */
  readonly attachments: Attachments;
  /** Where a decorator that `--with` asked for was left out, and why. */
  readonly notices: readonly string[];
  /** Those of the flow itself, with what they are. */
  readonly flowAttachments: readonly FlowAttachment[];
}

/** The decorators of a flow and its steps before their order and conflicts are looked at. */
export interface GatheredFlow extends GatheredDecorators {
  readonly flow: DecoratedFlow;
}

/** The flow's own decorators, and those of every step: what the source says, and what the specs ask for. */
export function gatherFlow(
  graph: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  catalog: DecoratorCatalog,
): GatheredFlow {
  const problems: MetaflowError[] = [];
  const flow = attachFlowDecorators(graph, definition, problems);
  const gathered = gatherDecorators(flow.graph, definition, specs, catalog);
  return { ...gathered, flow, problems: [...problems, ...gathered.problems] };
}

/**
 * Attaches all decorators, where no mutator has a say.
 *
 * @throws one error, or DECORATORS_INVALID with all of them
 */
export function attachDecorators(
  graph: FlowGraph,
  definition: FlowDefinition,
  specs: readonly DecoratorSpec[],
  catalog: DecoratorCatalog,
): AttachedGraph {
  return fixDecorators(definition, gatherFlow(graph, definition, specs, catalog));
}

/**
 * Puts every step's decorators in their order, refuses conflicts, on the flow too, and puts policies together.
 *
 * @throws one error, or DECORATORS_INVALID with all of them
 */
export function fixDecorators(
  definition: FlowDefinition,
  { flow, attachments: gathered, notices, problems: known }: GatheredFlow,
): AttachedGraph {
  const problems = [...known];
  const attachments = new Map(
    [...gathered].map(([step, all]): readonly [string, readonly Attachment[]] => [step, inOrder(all)]),
  );
  const steps = Object.values(flow.graph.steps).map((node) => {
    const all = attachments.get(node.name) ?? [];
    collectProblem(problems, () => checkTogether(node, flow.graph, all));
    collectProblem(problems, () => checkGang(node, flow.graph, all));
    return [node.name, collectProblem(problems, () => finish(node, all)) ?? node] as const;
  });
  const graph = { ...flow.graph, steps: Object.fromEntries(steps) };
  checkFlowDecorators({ ...flow, graph }, definition, problems);
  refuseProblems(graph.flow, problems);
  return { graph, attachments, notices, flowAttachments: flow.attachments };
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

/** The source of a gang's step has a decorator for it, which a mutator may have removed. */
function checkGang(node: StepNode, graph: FlowGraph, all: readonly Attachment[]): void {
  const from = node.previous.find((name) => graph.steps[name]?.transition.kind === "parallel");
  if (from === undefined || all.some(({ definition }) => definition?.parallel === true)) return;
  const where = { flow: graph.flow, step: node.name, source: node.source ?? undefined };
  throw errors.GRAPH_PARALLEL_UNDECORATED({ step: node.name, from }, { where });
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
