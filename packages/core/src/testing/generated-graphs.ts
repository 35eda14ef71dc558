import fc from "fast-check";
import { type CompiledFlow, compiledFlow } from "./compiled-flow.js";
import { type FlowShape, flowShapes } from "./flow-shapes.js";
import { type PlannedStep, planFlow } from "./planned-flow.js";

/** A flow of some shape whose steps compute something that depends on the way through the graph. */
export interface GeneratedFlow {
  readonly shape: FlowShape;
  readonly steps: readonly PlannedStep[];
  /** The file a user would have written: a flow class `GeneratedFlow` as default export. */
  readonly source: string;
  /** The same flow without a compiler. */
  readonly compiled: CompiledFlow;
}

/** Flows of all shapes: chains, branches, foreach, gangs, switches and loops, within and after one another. */
export function generatedFlows(): fc.Arbitrary<GeneratedFlow> {
  return flowShapes().map(generateFlow);
}

function generateFlow(shape: FlowShape): GeneratedFlow {
  const steps = planFlow(shape);
  const source = flowSource(steps);
  const compiled = compiledFlow(classBody(steps), { name: "GeneratedFlow", parallel: parallelSteps(steps) });
  // What a failed property shows.
  const text = () => `${JSON.stringify(shape)}\n${source}`;
  return Object.defineProperty({ shape, steps, source, compiled }, fc.toStringMethod, { value: text });
}

/** The class body in plain JavaScript; every method is a step. */
export function classBody(steps: readonly PlannedStep[]): string {
  const fields = ["trace = [];", "total = 0;", ...counters(steps).map((name) => `${name} = 0;`)];
  return [...fields, ...steps.map((step) => method(step, steps, { decorator: "", types: false }))].join("\n");
}

/** The steps that need a decorator for `numParallel`. */
export function parallelSteps(steps: readonly PlannedStep[]): string[] {
  return steps.flatMap(({ transition }) =>
    transition.kind === "parallel" ? transition.targets.map(({ name }) => name) : [],
  );
}

function flowSource(steps: readonly PlannedStep[]): string {
  const fields = [
    "trace: string[] = [];",
    "total = 0;",
    ...counters(steps).map((name) => `${name} = 0;`),
    ...steps.flatMap(declaredArtifact),
  ];
  const methods = steps.map((step) => method(step, steps, { decorator: "@step ", types: true }));
  return [
    'import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";',
    "",
    "export default class GeneratedFlow extends FlowSpec {",
    ...[...fields, ...methods].map((line) => `  ${line.replaceAll("\n", "\n  ")}`),
    "}",
    "",
  ].join("\n");
}

/** Each loop counts in an artifact of its own. */
function counters(steps: readonly PlannedStep[]): string[] {
  return steps.filter(({ transition }) => transition.kind === "loop").map(({ name }) => `${name}_count`);
}

function declaredArtifact({ name, transition }: PlannedStep): string[] {
  switch (transition.kind) {
    case "foreach":
      return [`${name}_items!: number[];`];
    case "parallel":
      return [`${name}_nodes!: number;`];
    case "switch":
      return [`${name}_case!: ${transition.targets.map((_, index) => `"c${index}"`).join(" | ")};`];
    case "loop":
      return [`${name}_case!: "again" | "done";`];
    default:
      return [];
  }
}

interface Dialect {
  readonly decorator: string;
  readonly types: boolean;
}

function method(step: PlannedStep, steps: readonly PlannedStep[], { decorator, types }: Dialect): string {
  const parameters = {
    nothing: "",
    item: types ? "item: number" : "item",
    branches: types ? "inputs: Inputs<GeneratedFlow>" : "inputs",
    items: types ? "inputs: Inputs<GeneratedFlow>" : "inputs",
  };
  const lines = [...computation(step, steps), ...transition(step)].map((line) => `  ${line}`);
  return [`${decorator}${step.name}(${parameters[step.takes]}) {`, ...lines, "}"].join("\n");
}

const MODULUS = 1_000_003;

function computation({ name, takes }: PlannedStep, steps: readonly PlannedStep[]): string[] {
  const salt = [...name].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1_009, 7);
  const carried = counters(steps).map(
    (counter) => `this.${counter} = Math.max(...inputs.map((input) => input.${counter}));`,
  );
  switch (takes) {
    case "nothing":
    case "item":
      return [
        `this.trace = [...this.trace, "${name}"];`,
        `this.total = (this.total * 31 + ${salt}${takes === "item" ? " + item" : ""}) % ${MODULUS};`,
      ];
    // The order of branches does not matter, the order of items does.
    case "branches":
      return [
        `this.trace = ["${name}", ...inputs.map((input) => input.trace.join()).toSorted().slice(0, 1)];`,
        `this.total = inputs.reduce((sum, input) => (sum + input.total) % ${MODULUS}, ${salt});`,
        ...carried,
      ];
    case "items":
      return [
        `this.trace = ["${name}", ...inputs.map((input) => String(input.trace.length))];`,
        `this.total = inputs.reduce((sum, input) => (sum * 31 + input.total) % ${MODULUS}, ${salt});`,
        ...carried,
      ];
  }
}

function transition({ name, transition: { targets, ...rest } }: PlannedStep): string[] {
  const named = targets.map((target) => `this.${target.name}`);
  switch (rest.kind) {
    case "linear":
    case "split":
      return [`this.next(${named.join(", ")});`];
    case "foreach":
      return [
        `this.${name}_items = Array.from({ length: ${rest.items} }, (_, index) => (this.total + index * 7) % 100);`,
        `this.next(${named[0]}, { foreach: this.${name}_items });`,
      ];
    case "parallel":
      return [`this.${name}_nodes = ${rest.nodes};`, `this.next(${named[0]}, { numParallel: this.${name}_nodes });`];
    case "switch":
      return [`this.${name}_case = ${chosenCase(targets.length)};`, switchCall(name, named, rest.fallback)];
    case "loop":
      return [
        `this.${name}_count += 1;`,
        `this.${name}_case = this.${name}_count < ${rest.times} ? "again" : "done";`,
        `if (this.${name}_case === "done") this.${name}_count = 0;`,
        `this.next({ again: ${named[0]}, done: ${named[1]} }, { condition: this.${name}_case });`,
      ];
    case "end":
      return [];
  }
}

function chosenCase(count: number): string {
  const tests = Array.from({ length: count - 1 }, (_, index) => `this.total % ${count} === ${index} ? "c${index}" : `);
  return `${tests.join("")}"c${count - 1}"`;
}

function switchCall(name: string, named: readonly string[], fallback: boolean): string {
  const written = fallback ? named.slice(0, -1) : named;
  const cases = written.map((target, index) => `c${index}: ${target}`).join(", ");
  const others = fallback ? `, default: ${named.at(-1)}` : "";
  return `this.next({ ${cases} }, { condition: this.${name}_case${others} });`;
}
