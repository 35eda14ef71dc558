import type { AttachedDecorator, FlowGraph, StepNode } from "../contracts/graph.js";

const INDENT = "    ";

/** The flow and its steps for a reader, as `show` prints them. */
export function graphText(graph: FlowGraph): string {
  const own = graph.decorators.map(decoratorText).join("\n");
  const blocks = [own, graph.doc, ...Object.values(graph.steps).map(stepText)].filter((block) => block !== "");
  return blocks.join("\n\n");
}

function stepText(step: StepNode): string {
  const lines = [...step.decorators.map(decoratorText), `Step ${step.name}`];
  if (step.doc !== "") lines.push(...step.doc.split("\n").map((line) => `${INDENT}${line}`.trimEnd()));
  if (step.next.length > 0) lines.push(`${INDENT}=> ${transitionText(step)}`);
  return lines.join("\n");
}

function decoratorText({ name, attributes, insertedBy }: AttachedDecorator): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  const options = given.map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const text = options.length === 0 ? `@${name}` : `@${name}(${options.join(", ")})`;
  return insertedBy === null ? text : `${text}  added by ${insertedBy}`;
}

function transitionText({ transition, next }: StepNode): string {
  switch (transition.kind) {
    case "foreach":
      return `${transition.target} (foreach ${transition.artifact})`;
    case "parallel":
      return `${transition.target} (numParallel ${transition.numParallel ?? transition.artifact ?? "at run time"})`;
    case "switch": {
      const cases = transition.cases.map(({ value, target }) => `${value}: ${target}`);
      if (transition.fallback !== null) cases.push(`default: ${transition.fallback}`);
      return `${cases.join(", ")} (by ${transition.condition})`;
    }
    default:
      return next.join(", ");
  }
}
