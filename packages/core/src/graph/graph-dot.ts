import type { FlowGraph, StepNode } from "../contracts/graph.js";

/** The graph in Graphviz's language, as `output-dot` prints it. */
export function graphDot(graph: FlowGraph): string {
  const steps = Object.values(graph.steps);
  return [`digraph ${quote(graph.flow)} {`, "rankdir=LR;", ...steps.map(dotNode), ...steps.flatMap(dotEdges), "}"].join(
    "\n",
  );
}

function dotNode({ name, type, isJoin }: StepNode): string {
  const shape = type === "split-switch" ? "hexagon" : "record";
  const role = isJoin && type !== "join" ? `join, ${type}` : type;
  // A bar divides the fields of a record; other shapes have none.
  const divider = shape === "record" ? " | " : "<br/>";
  const label = `<<b>${name}</b>${divider}<font point-size="10">${role}</font>>`;
  return `${quote(name)} [label=${label}, fontname="Helvetica", shape="${shape}"];`;
}

function dotEdges({ name, transition, next }: StepNode): string[] {
  if (transition.kind !== "switch") return next.map((target) => `${quote(name)} -> ${quote(target)};`);
  return next.map((target) => {
    const values = transition.cases.filter((one) => one.target === target).map(({ value }) => value);
    if (transition.fallback === target) values.push("default");
    return `${quote(name)} -> ${quote(target)} [label=${quote(values.join(", "))}, fontname="Helvetica"];`;
  });
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
