import type { PlannedStep } from "./planned-flow.js";

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

/** The file that a user would have written: a flow class `GeneratedFlow` as default export. */
export function flowSource(steps: readonly PlannedStep[]): string {
  const fields = [
    "trace: string[] = [];",
    "total = 0;",
    ...counters(steps).map((name) => `${name} = 0;`),
    ...steps.flatMap(declaredArtifact),
  ];
  const gangs = parallelSteps(steps);
  const methods = steps.map((step) => {
    const decorator = gangs.includes(step.name) ? "@parallel({}) @step " : "@step ";
    return method(step, steps, { decorator, types: true });
  });
  return [
    'import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";',
    ...(gangs.length === 0 ? [] : PARALLEL),
    "",
    "export default class GeneratedFlow extends FlowSpec {",
    ...[...fields, ...methods].map((line) => `  ${line.replaceAll("\n", "\n  ")}`),
    "}",
    "",
  ].join("\n");
}

/** A decorator for steps that `numParallel` starts: core has none of its own. */
const PARALLEL = [
  'import { defineStepDecorator } from "@metaflow-ts/core/plugin";',
  "",
  'const anything = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as object }) } } as const;',
  'const parallel = defineStepDecorator({ name: "parallel", contract: 1, parallel: true, options: anything });',
];

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
