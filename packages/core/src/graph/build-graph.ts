import type { FlowDefinition, SourceLocator } from "../contracts/flow-definition.js";
import type { FlowGraph, StepNode, StepType } from "../contracts/graph.js";
import type { MetaflowError, SourcePosition } from "../errors/metaflow-error.js";
import { type Chart, chartOf, nameOf } from "./chart.js";
import { docComment } from "./doc-comment.js";
import { type Draft, type DraftStep, draftOf, type GraphOptions, targetsOf } from "./draft.js";
import { findLoops, type Loops } from "./loops.js";
import { type GraphProblem, problem, toError } from "./problems.js";
import { readsOfFlow } from "./reads.js";
import { RULES } from "./rules.js";
import { scopesOf } from "./scopes.js";
import { matchSplits, type Splits, splitsOf } from "./splits.js";
import { structureOf } from "./structure.js";

export type { GraphOptions } from "./draft.js";

/** A graph, or everything that is wrong with it. */
export type GraphResult =
  | { readonly graph: FlowGraph; readonly problems: readonly [] }
  | { readonly graph: null; readonly problems: readonly MetaflowError[] };

/** Reads a flow's graph from the source of its steps and checks it. Finds all problems, not only the first one. */
export function buildGraph(
  definition: FlowDefinition,
  locator: SourceLocator | null,
  options: GraphOptions = {},
): GraphResult {
  const draft = draftOf(definition, options);
  const chart = chartOf(draft);
  const splits = chart && matchSplits(chart, draft.complete);
  const loops = chart && splits && findLoops(chart, splits, draft.complete);
  const flowSource = locator?.locateClass(definition.flowClass) ?? null;
  const found = [...RULES.flatMap((rule) => rule(draft)), ...(chart ? shapeProblems(draft, chart, splits, loops) : [])];
  if (!chart || !splits || !loops || found.length > 0) {
    const context = { flow: definition.name, steps: definition.steps, flowSource, locator };
    return { graph: null, problems: found.map((one) => toError(one, context)) };
  }
  return { graph: assemble(draft, chart, splits, loops, new Sources(locator, flowSource)), problems: [] };
}

function shapeProblems(draft: Draft, chart: Chart, splits: Splits | null, loops: Loops | null): GraphProblem[] {
  const known = splits !== null && loops !== null;
  return [
    ...(loops?.problems ?? []),
    ...(draft.complete ? unreachable(draft, chart, loops) : []),
    ...(splits?.problems ?? []),
    ...(known ? nestedForeach(draft, chart, splits) : []),
    ...(known && draft.complete ? idleLimits(chart, loops) : []),
  ];
}

function unreachable(draft: Draft, chart: Chart, loops: Loops | null): GraphProblem[] {
  const reached = new Set(chart.order.map((node) => nameOf(chart, node)));
  // A loop that nothing leads out of is to blame for the end step, and has been told.
  if (draft.end !== null && loops !== null && loops.problems.length > 0) reached.add(draft.end);
  const start = nameOf(chart, chart.start);
  return chart.steps
    .filter(({ name }) => !reached.has(name))
    .map(({ name }) => problem("GRAPH_UNREACHABLE", name, { step: name, start }));
}

function nestedForeach(draft: Draft, chart: Chart, splits: Splits): GraphProblem[] {
  if (draft.options.nestedForeach !== false) return [];
  return chart.order.flatMap((node) => {
    const step = chart.steps[node];
    const context = splits.contexts[node];
    const outer = context && splitsOf(context).findLast((split) => isForeach(chart.steps[split]));
    if (!step || !isForeach(step) || outer == null) return [];
    const values = { step: step.name, outer: nameOf(chart, outer) };
    return [problem("GRAPH_FOREACH_NESTED", step.name, values, step.parsed.nextOffset)];
  });
}

function isForeach(step: DraftStep | undefined): boolean {
  return step?.transition?.kind === "foreach" || step?.transition?.kind === "parallel";
}

/** `maxIterations` on a switch that closes no loop. */
function idleLimits(chart: Chart, loops: Loops): GraphProblem[] {
  const closes = new Set(chart.retreating.map(([from]) => from));
  if (loops.problems.length > 0) return [];
  return chart.order.flatMap((node) => {
    const step = chart.steps[node];
    if (step?.transition?.kind !== "switch" || step.transition.maxIterations === null || closes.has(node)) return [];
    const reason = "it gives maxIterations, but none of its cases leads back to an earlier step";
    return [problem("GRAPH_NEXT_INVALID", step.name, { step: step.name, reason }, step.parsed.nextOffset)];
  });
}

/** Positions and doc comments. */
class Sources {
  readonly #locator: SourceLocator | null;
  readonly flow: SourcePosition | null;

  constructor(locator: SourceLocator | null, flow: SourcePosition | null) {
    this.#locator = locator;
    this.flow = flow;
  }

  of({ declaration }: DraftStep): SourcePosition | null {
    return this.#locator?.locate(declaration.owner, declaration.method, 0) ?? null;
  }

  doc(position: SourcePosition | null): string {
    const text = position && this.#locator?.sourceText(position.file);
    return position && text ? docComment(text, position) : "";
  }
}

function assemble(draft: Draft, chart: Chart, splits: Splits, loops: Loops, sources: Sources): FlowGraph {
  const names = (nodes: readonly number[] = []): readonly string[] => nodes.map((node) => nameOf(chart, node));
  const nameOrNull = (node: number | undefined): string | null => (node === undefined ? null : nameOf(chart, node));
  const scopes = scopesOf(chart, splits, loops.loops);
  const readsOf = readsOfFlow(draft.definition);
  const place = new Map(chart.order.map((node, index) => [node, index]));
  const previous = new Map<number, number[]>(chart.order.map((node) => [node, []]));
  for (const node of chart.order) for (const target of chart.next[node] ?? []) previous.get(target)?.push(node);
  const end = chart.order.find((node) => nameOf(chart, node) === draft.end) ?? chart.start;
  const steps: Record<string, StepNode> = {};
  for (const node of place.keys()) {
    const step = chart.steps[node];
    if (step?.transition == null) continue;
    const isJoin = step.takes === "inputs";
    const source = sources.of(step);
    steps[step.name] = {
      name: step.name,
      type: typeOf(step, draft),
      transition: step.transition,
      next: targetsOf(step.transition),
      previous: names(previous.get(node)),
      isJoin,
      split: nameOrNull(splits.splitOf.get(node)),
      matchingJoin: nameOrNull(splits.joinOf.get(node)),
      scope: scopes.get(node) ?? [],
      backTo: names(loops.backTo.get(node)),
      ...readsOf(step.parsed, isJoin),
      doc: sources.doc(source),
      decorators: step.declaration.decorators,
      policy: {},
      nodeInfo: step.declaration.nodeInfo,
      source,
    };
  }
  return {
    flow: draft.definition.name,
    file: sources.flow?.file ?? "",
    doc: sources.doc(sources.flow),
    start: nameOf(chart, chart.start),
    end: nameOf(chart, end),
    decorators: draft.definition.decorators.map(({ data }) => data),
    steps,
    structure: structureOf(chart, splits, end),
  };
}

function typeOf(step: DraftStep, draft: Draft): StepType {
  switch (step.transition?.kind) {
    case "split":
      return "split-static";
    case "foreach":
      return "split-foreach";
    case "parallel":
      return "split-parallel";
    case "switch":
      return "split-switch";
    case "linear":
      return step.name === draft.start ? "start" : step.takes === "inputs" ? "join" : "linear";
    default:
      return "end";
  }
}
