import type { FlowGraph, StepNode } from "../contracts/graph.js";

const node = (name: string, changes: Partial<StepNode>): StepNode => ({
  ...{ name, type: "linear", transition: { kind: "end" }, next: [], previous: [], isJoin: false, split: null },
  ...{ matchingJoin: null, scope: [], backTo: [], reads: [], inputReads: [], doc: "", decorators: [], policy: {} },
  ...{ nodeInfo: {}, source: null },
  ...changes,
});

function graphOf(
  structure: FlowGraph["structure"],
  nodes: readonly StepNode[],
  changes: Partial<FlowGraph>,
): FlowGraph {
  const steps = Object.fromEntries(nodes.map((each) => [each.name, each]));
  const base = { flow: "ExampleFlow", file: "example.ts", doc: "", decorators: [], start: "start", end: "end" };
  return { ...base, structure, steps, ...changes };
}

/** start → end */
export function linearGraph(changes: Partial<FlowGraph> = {}, start: Partial<StepNode> = {}): FlowGraph {
  const nodes = [
    node("start", { type: "start", transition: { kind: "linear", target: "end" }, next: ["end"], ...start }),
    node("end", { type: "end", previous: ["start"] }),
  ];
  return graphOf(["start", "end"], nodes, changes);
}

/** start → work for each item → join → end */
export function foreachGraph(): FlowGraph {
  const scope = [{ kind: "foreach", step: "start" }] as const;
  const nodes = [
    node("start", {
      ...{ type: "split-foreach", transition: { kind: "foreach", target: "work", artifact: "items" } },
      ...{ next: ["work"], matchingJoin: "join" },
    }),
    node("work", { transition: { kind: "linear", target: "join" }, next: ["join"], previous: ["start"], scope }),
    node("join", {
      ...{ type: "join", transition: { kind: "linear", target: "end" }, next: ["end"], previous: ["work"] },
      ...{ isJoin: true, split: "start" },
    }),
    node("end", { type: "end", previous: ["join"] }),
  ];
  return graphOf(["start", [["work"]], "join", "end"], nodes, {});
}

/** start → round, again and again → end */
export function loopGraph(): FlowGraph {
  const scope = [{ kind: "loop", step: "round" }] as const;
  const cases = [
    { value: "again", target: "round" },
    { value: "done", target: "end" },
  ];
  const nodes = [
    node("start", { type: "start", transition: { kind: "linear", target: "round" }, next: ["round"] }),
    node("round", {
      ...{ type: "split-switch", next: ["round", "end"], previous: ["start", "round"], scope, backTo: ["round"] },
      transition: { kind: "switch", condition: "verdict", cases, fallback: null, maxIterations: null },
    }),
    node("end", { type: "end", previous: ["round"] }),
  ];
  return graphOf(["start", "round", "end"], nodes, {});
}
