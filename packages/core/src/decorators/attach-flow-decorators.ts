import type { FlowDecorator, FlowSite } from "../contracts/flow-decorator.js";
import type { FlowDecoratorDeclaration, FlowDefinition } from "../contracts/flow-definition.js";
import type { AttachedDecorator, FlowGraph } from "../contracts/graph.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { collectProblem } from "./collect-problem.js";
import { decoratorFailed } from "./decorator-failed.js";
import { isNamedFunction, namesForFunctions } from "./functions-as-names.js";
import { validateOptions } from "./validate-options.js";

/** A flow decorator in its place. */
export interface FlowAttachment {
  /** As it stands in the graph: functions among the options by their names. */
  readonly data: AttachedDecorator;
  readonly definition: FlowDecorator;
  /** As its hooks get them. */
  readonly options: unknown;
}

/** A graph with the decorators of the flow itself. */
export interface DecoratedFlow {
  readonly graph: FlowGraph;
  /** The same as in the graph, with what they are. */
  readonly attachments: readonly FlowAttachment[];
}

/** The flow's decorators with their options checked and completed, in their order. Adds to `problems` what is wrong. */
export function attachFlowDecorators(
  graph: FlowGraph,
  definition: FlowDefinition,
  problems: MetaflowError[],
): DecoratedFlow {
  const attachments = definition.decorators
    .flatMap((declared) => collectProblem(problems, () => attachmentOf(declared, graph.flow)) ?? [])
    .toSorted((a, b) => (a.definition.order ?? 0) - (b.definition.order ?? 0));
  return { graph: { ...graph, decorators: attachments.map(({ data }) => data) }, attachments };
}

/** Refuses what cannot stand together, or not on this flow. Adds to `problems` what is wrong. */
export function checkFlowDecorators(
  { graph, attachments }: DecoratedFlow,
  definition: FlowDefinition,
  problems: MetaflowError[],
): void {
  const site = siteOf(graph, definition);
  for (const attachment of attachments) collectProblem(problems, () => checkOne(attachment, attachments, site));
}

/** The flow as its decorators see it. */
export function siteOf(graph: FlowGraph, { parameters, exports }: FlowDefinition): FlowSite {
  return { graph, parameters, exports };
}

/** A decorator with its options checked and completed. @throws DECORATOR_OPTIONS_INVALID */
export function attachmentOf({ data, definition }: FlowDecoratorDeclaration, flow: string): FlowAttachment {
  const place = { owner: { flow }, insertedBy: data.insertedBy };
  const options = validateOptions(definition, data.attributes, place, isNamedFunction);
  const attributes = namesForFunctions(options) as AttachedDecorator["attributes"];
  return { data: { ...data, attributes }, definition, options };
}

function checkOne(attachment: FlowAttachment, all: readonly FlowAttachment[], site: FlowSite): void {
  const { definition, options } = attachment;
  const decorator = definition.name;
  const { flow } = site.graph;
  const where = { where: { flow } };
  const first = all.find(({ data }) => data.name === decorator);
  if (first !== attachment && definition.repeatable !== true) throw errors.DECORATOR_TWICE({ decorator, flow }, where);
  const other = all.find(({ data }) => definition.conflictsWith?.includes(data.name) === true)?.data.name;
  if (other !== undefined) throw errors.DECORATOR_CONFLICT({ decorator, other, flow }, where);
  const reason = askedWhyNot(definition, options, site);
  if (reason !== null) throw errors.DECORATOR_MISPLACED({ decorator, flow, reason }, where);
}

function askedWhyNot(definition: FlowDecorator, options: unknown, site: FlowSite): string | null {
  try {
    return definition.check?.(options, site) ?? null;
  } catch (cause) {
    throw decoratorFailed(definition.name, "check", { flow: site.graph.flow }, cause);
  }
}
