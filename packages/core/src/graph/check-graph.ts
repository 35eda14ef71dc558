import type { FlowDefinition, SourceLocator } from "../contracts/flow-definition.js";
import type { FlowGraph } from "../contracts/graph.js";
import { CORE_PREFIX } from "../errors/codes.js";
import { type MetaflowError, MetaflowErrors } from "../errors/metaflow-error.js";
import { graphErrors } from "../errors/tables/graph-errors.js";
import { buildGraph, type GraphOptions } from "./build-graph.js";

/** The graph of a flow; throws a `MetaflowErrors` with everything that is wrong with it. */
export function checkGraph(
  definition: FlowDefinition,
  locator: SourceLocator | null,
  options: GraphOptions = {},
): FlowGraph {
  const { graph, problems } = buildGraph(definition, locator, options);
  if (graph !== null) return graph;
  const flow = definition.name;
  const message = graphErrors.GRAPH_INVALID.message({ flow, problems: problems.map(line) });
  const where = { flow, source: locator?.locateClass(definition.flowClass) ?? undefined };
  throw new MetaflowErrors(`${CORE_PREFIX}GRAPH_INVALID`, message, problems, { where });
}

function line({ message, where: { source } }: MetaflowError): string {
  return source ? `${source.file}:${source.line}:${source.column} ${message}` : message;
}
