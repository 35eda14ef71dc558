/** Where decorators of each kind stand. */
const RIGHT_PLACES = {
  method: "a public method of the flow, as in `@step start() { … }`",
  field: "a public field of the flow, as in `@parameter() alpha = 0.01`",
  class: 'the class of the flow, as in `@project({ name: "fraud" }) class TrainFlow extends FlowSpec { … }`',
} as const;

/** Declaring a flow and its parameters, and the values that a run is given for them. */
export const paramErrors = {
  FLOW_DECORATOR_LEGACY: {
    message: (v: { decorator: string }) =>
      `${v.decorator} was called in the way of TypeScript's old decorators, not of the standard ones.`,
    fix: () => 'Remove "experimentalDecorators" (and "emitDecoratorMetadata") from tsconfig.json.',
  },
  FLOW_DECORATOR_MISPLACED: {
    message: (v: { decorator: string; name: string; problem: string; wanted: keyof typeof RIGHT_PLACES }) =>
      `${v.decorator} cannot be used on '${v.name}': it is ${v.problem}.`,
    fix: (v: { wanted: keyof typeof RIGHT_PLACES }) => `Put it on ${RIGHT_PLACES[v.wanted]}.`,
  },
  FLOW_DECORATOR_NO_METADATA: {
    message: (v: { decorator: string; name: string }) =>
      `${v.decorator} on '${v.name}' was given no decorator metadata by the code that compiled it.`,
    fix: () =>
      "Let metaflow load the flow's TypeScript file, or compile it with esbuild 0.21 or later. For `tsc` output, define Symbol.metadata before the flow is loaded.",
  },
  FLOW_DECORATOR_WITHOUT_STEP: {
    message: (v: { decorator: string; method: string }) => `@${v.decorator} is on '${v.method}', which is no step.`,
    fix: (v: { method: string }) => `Add @step to '${v.method}', or remove the decorator.`,
  },
  FLOW_STEP_TWICE: {
    message: (v: { step: string }) => `Step '${v.step}' has @step twice.`,
    fix: () => "Remove one; `@step({ … })` takes all options together.",
  },
  FLOW_STEP_OVERRIDDEN: {
    message: (v: { step: string; base: string }) =>
      `'${v.step}' replaces a step of ${v.base}, but is not marked as a step itself.`,
    fix: (v: { step: string }) => `Add @step to '${v.step}' (decorators are not inherited), or rename the method.`,
  },
  FLOW_NOT_RUNNING: {
    message: (v: { member: string }) => `this.${v.member} was used while no step of the flow runs.`,
    fix: () =>
      "Use it inside a step, or in a method that a step calls and waits for. Field initialisers and constructors run before any step.",
  },
  FLOW_NO_SUCH_INPUT: {
    message: (v: { step: string; steps: readonly string[] }) =>
      `No input of this join came from step '${v.step}'; they came from ${list(v.steps)}.`,
    fix: () => "Where a switch decides which step leads to the join, go through the inputs: `inputs.map((i) => …)`.",
  },
  FLOW_NOT_A_FLOW: {
    message: (v: { what: string }) => `${v.what} is no flow.`,
    fix: () => "A flow is a class that extends FlowSpec: `export default class TrainFlow extends FlowSpec { … }`.",
  },
  FLOW_WITHOUT_NAME: {
    message: () => "The flow's class has no name.",
    fix: () => "Name it: `export default class TrainFlow extends FlowSpec`. Runs are kept under that name.",
  },
  FLOW_WITHOUT_STEPS: {
    message: (v: { flow: string }) => `Flow '${v.flow}' has no steps.`,
    fix: () => "Put @step before each method that is one, as in `@step start() { … }`.",
  },
  FLOW_CONSTRUCTOR_FAILED: {
    message: (v: { flow: string; reason: string }) => `Flow '${v.flow}' cannot be created: ${v.reason}`,
    fix: () =>
      "Initialise fields with plain values, and do work in a step. Flows are created without arguments, many times, outside of runs too.",
  },
  FLOW_NAME_RESERVED: {
    message: (v: { name: string }) => `'${v.name}' is a member of FlowSpec, and cannot be a step or a field of a flow.`,
    fix: () => "Choose another name.",
  },
  FLOW_FIELD_HIDES_STEP: {
    message: (v: { name: string }) => `'${v.name}' is both a step and a field.`,
    fix: () => "Rename one of them.",
  },
  FLOW_INVALID: {
    message: (v: { flow: string; problems: readonly string[] }) =>
      `Flow '${v.flow}' has ${v.problems.length} problems:\n${bullets(v.problems)}`,
  },
  FLOW_NONE_EXPORTED: {
    message: () => "The file exports no flow.",
    fix: () => "Export the class: `export default class TrainFlow extends FlowSpec { … }`.",
  },
  FLOW_AMBIGUOUS: {
    message: (v: { flows: readonly string[] }) => `The file exports several flows: ${list(v.flows)}.`,
    fix: (v: { flows: readonly string[] }) =>
      `Name one after the file, as in \`metaflow train.ts:${v.flows[0]} run\`, or export one of them as default.`,
  },
  FLOW_UNKNOWN: {
    message: (v: { wanted: string; flows: readonly string[] }) =>
      `The file exports no flow '${v.wanted}', but ${list(v.flows)}.`,
    fix: (v: { flows: readonly string[] }) => `Did you mean '${v.flows[0]}'?`,
  },
  PARAMETER_WITHOUT_TYPE: {
    message: (v: { field: string }) => `Nothing tells the type of parameter '${v.field}' at run time.`,
    fix: (v: { field: string }) =>
      `TypeScript's types are erased. Give it a default, as in \`${v.field} = 1\`, or say \`@parameter({ type: "number" })\`, \`{ choices: ["a", "b"] }\` or, for a string, \`{ required: true }\`.`,
  },
  PARAMETER_DEFAULT_UNSUPPORTED: {
    message: (v: { field: string }) =>
      `The initialiser of parameter '${v.field}' is nothing that a command line could give.`,
    fix: () =>
      'Use a string, a number, a boolean, or plain arrays and objects of these; for null say `@parameter({ type: "json" })`.',
  },
  PARAMETER_DEFAULT_MISMATCH: {
    message: (v: { field: string; kind: string; actual: string }) =>
      `Parameter '${v.field}' is of type ${v.kind}, but its initialiser is of type ${v.actual}.`,
    fix: () => "Change one of the two; with an initialiser, `type` may be left out.",
  },
  PARAMETER_DEFAULT_NOT_A_CHOICE: {
    message: (v: { field: string; value: unknown; choices: readonly string[] }) =>
      `The initialiser of parameter '${v.field}', '${v.value}', is not one of its choices ${list(v.choices)}.`,
    fix: () => "Add it to the choices, or start with one of them.",
  },
  PARAMETER_WITHOUT_CHOICES: {
    message: (v: { field: string }) => `Parameter '${v.field}' has an empty list of choices.`,
    fix: () => "List the values that it takes, or leave `choices` out.",
  },
  PARAMETER_CHOICES_NOT_STRING: {
    message: (v: { field: string; type: string }) => `Parameter '${v.field}' has choices and type '${v.type}'.`,
    fix: () => "Choices are strings: leave `type` out.",
  },
  PARAMETER_REQUIRED_WITH_DEFAULT: {
    message: (v: { field: string }) => `Parameter '${v.field}' is required, but has a default: its initialiser.`,
    fix: (v: { field: string }) =>
      `Remove \`required\`, or declare it without a value: \`@parameter({ type: …, required: true }) ${v.field}!: …\`.`,
  },
  PARAMETER_NAME_INVALID: {
    message: (v: { option: string; field: string }) =>
      `Parameter '${v.field}' cannot have the option name '${v.option}'.`,
    fix: () => 'Option names begin with a letter and go on with letters, digits, "-" and "_"; give one with `name`.',
  },
  PARAMETER_RESERVED: {
    message: (v: { option: string; field: string }) =>
      `Parameter '${v.field}' cannot have the option --${v.option}: it has another meaning.`,
    fix: (v: { option: string }) =>
      `Rename the field, or give another option: \`@parameter({ name: "my-${v.option}" })\`.`,
  },
  PARAMETER_TWICE: {
    message: (v: { option: string; fields: readonly string[] }) =>
      `Parameters ${list(v.fields)} have the same option --${v.option}. Neither case nor "-" and "_" tell options apart.`,
    fix: () => "Rename one of them.",
  },
  PARAMETER_MISSING: {
    message: (v: { option: string; variable: string }) => `Parameter --${v.option} is required.`,
    fix: (v: { option: string; variable: string }) => `Add \`--${v.option} <value>\`, or set ${v.variable}.`,
  },
  PARAMETER_VALUE_INVALID: {
    message: (v: { source: string; problem: string; nearest: string | null }) =>
      `Bad value for ${v.source}: ${v.problem}.`,
    fix: (v: { nearest: string | null }) => (v.nearest === null ? undefined : `Did you mean '${v.nearest}'?`),
  },
  PARAMETER_UNKNOWN: {
    message: (v: { option: string; known: readonly string[]; nearest: string | null }) =>
      `The flow has no parameter --${v.option}.`,
    fix: (v: { known: readonly string[]; nearest: string | null }) =>
      v.nearest === null ? "It has no parameters." : `Did you mean --${v.nearest}? It has ${list(v.known)}.`,
  },
  PARAMETERS_INVALID: {
    message: (v: { problems: readonly string[] }) =>
      `${v.problems.length} problems with the parameters:\n${bullets(v.problems)}`,
  },
} as const;

function list(names: readonly string[]): string {
  return names.length === 0 ? "nowhere" : names.map((name) => `'${name}'`).join(", ");
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}
