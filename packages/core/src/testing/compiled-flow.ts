import type { FlowClass, FlowDefinition, SourceLocator, StepDeclaration } from "../contracts/flow-definition.js";
import type { AttachedDecorator } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import type { SourcePosition } from "../errors/metaflow-error.js";
import { FlowSpec } from "../flow/flow-spec.js";

/** What a class body in plain JavaScript does not say. */
export interface CompiledFlowOptions {
  readonly name?: string;
  /** Methods that are no steps. */
  readonly helpers?: readonly string[];
  /** The step marked with `@step({ start: true })`. */
  readonly start?: string | readonly string[];
  readonly end?: string | readonly string[];
  /** Steps that are decorated for `numParallel`. */
  readonly parallel?: readonly string[];
  /** Names of decorators, by step. */
  readonly decorators?: Readonly<Record<string, readonly string[]>>;
}

/** A flow made from the text of its class body, as if a compiler had made it from TypeScript. */
export interface CompiledFlow {
  readonly definition: FlowDefinition;
  /** Finds positions in the text of the class itself. */
  readonly locator: SourceLocator;
  readonly text: string;
}

/** The file that positions are in. */
const COMPILED_FILE = "flow.ts";

/** Defines a flow without decorators: every method of the body is a step, in the order of the text. */
export function compiledFlow(body: string, options: CompiledFlowOptions = {}): CompiledFlow {
  const { name = "TestFlow", helpers = [], parallel = [], decorators = {} } = options;
  const text = `class ${name} extends FlowSpec {\n${body}\n}`;
  // The text is a test's own.
  const flowClass = new Function("FlowSpec", `return ${text}`)(FlowSpec) as FlowClass;
  const members = Object.entries(Object.getOwnPropertyDescriptors(flowClass.prototype));
  const steps: Record<string, StepDeclaration> = {};
  for (const [step, { value }] of members) {
    if (step === "constructor" || typeof value !== "function" || helpers.includes(step)) continue;
    steps[step] = {
      name: step,
      start: [options.start].flat().includes(step),
      end: [options.end].flat().includes(step),
      nodeInfo: {},
      method: value,
      owner: flowClass,
      decorators: [...(decorators[step] ?? []), ...(parallel.includes(step) ? [parallelDecorator.name] : [])].map(
        attached,
      ),
      definitions: parallel.includes(step) ? { [parallelDecorator.name]: parallelDecorator } : {},
      mutators: [],
    };
  }
  const fields = { ...new flowClass() };
  const nothing = { decorators: [], mutators: [], parameters: {}, serializers: [], exports: {} };
  const definition = { name, flowClass, steps, fields, ...nothing };
  return { definition, locator: locatorIn(text), text };
}

/** What `@parallel` is to the graph, under another name: the name makes no difference. */
export const parallelDecorator: StepDecorator = {
  name: "gang",
  contract: 1,
  parallel: true,
  options: { "~standard": { version: 1, vendor: "test", validate: () => ({ value: {} }) } },
};

function attached(name: string): AttachedDecorator {
  return { name, attributes: {}, staticallyDefined: true, insertedBy: null };
}

function locatorIn(text: string): SourceLocator {
  return {
    locate: (_owner, method, offset) => positionAt(text, text.indexOf(String(method)) + offset),
    locateClass: () => ({ file: COMPILED_FILE, line: 1, column: 1 }),
    sourceText: (file) => (file === COMPILED_FILE ? text : null),
  };
}

function positionAt(text: string, index: number): SourcePosition {
  const before = text.slice(0, index).split("\n");
  return { file: COMPILED_FILE, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
