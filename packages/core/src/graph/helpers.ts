import type { FlowClass, FlowDefinition, StepDeclaration } from "../contracts/flow-definition.js";
import { type ParsedMethod, type ParsedStep, parseHelper } from "../flow/parse-step.js";
import { FLOW_MEMBERS } from "./reserved-names.js";

/** A method of a flow that is no step. */
export interface HelperMethod extends Pick<StepDeclaration, "name" | "method" | "owner"> {
  /** Calls `this.next(...)`, which only a step may. */
  readonly leadsOn: boolean;
}

/** What a flow's rules may ask about methods that are no steps. */
export interface Helpers {
  /** Methods that were meant to be steps: nobody calls them as helpers, and they are written like steps. */
  readonly unmarked: readonly HelperMethod[];
  has(name: string): boolean;
  /** The helper in which the `this.next(...)` stands that a step lacks. */
  leadingFrom(step: ParsedStep): HelperMethod | null;
}

type ParsedHelper = HelperMethod & { readonly parsed: ParsedMethod };

/** Looks at the methods that are no steps, in source order, base classes last. */
export function helpersOf(definition: FlowDefinition, steps: readonly ParsedStep[]): Helpers {
  const helpers = new Map(methodsOf(definition).map((method) => [method.name, method]));
  const used = helpersUsedBy(steps, helpers);
  const targets = new Set(steps.flatMap((step) => step.targets.map(({ name }) => name)));
  const marked = Object.values(definition.steps);
  const isEndpoint = (name: string): boolean =>
    (name === "start" && !marked.some(({ start }) => start)) || (name === "end" && !marked.some(({ end }) => end));
  return {
    // That a step leads to something that is no step is a problem of its own.
    unmarked: [...helpers.values()].filter(
      ({ name, leadsOn }) => (leadsOn || isEndpoint(name)) && !used.has(name) && !targets.has(name),
    ),
    has: (name) => helpers.has(name),
    leadingFrom: (step) => [...helpersUsedBy([step], helpers).values()].find(({ leadsOn }) => leadsOn) ?? null,
  };
}

function methodsOf({ flowClass, steps }: FlowDefinition): ParsedHelper[] {
  const methods = new Map<string, ParsedHelper>();
  let prototype: object | null = flowClass.prototype;
  while (prototype !== null && prototype !== Object.prototype) {
    const owner = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value as FlowClass;
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const isKnown = FLOW_MEMBERS.has(name) || Object.hasOwn(steps, name) || methods.has(name);
      if (isKnown || typeof value !== "function") continue;
      const parsed = parseHelper(String(value));
      methods.set(name, { name, owner, method: value, parsed, leadsOn: parsed.calls.includes("next") });
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...methods.values()];
}

/** The helpers that some of the steps call or hand on, perhaps through other helpers. */
function helpersUsedBy(
  steps: readonly ParsedStep[],
  helpers: ReadonlyMap<string, ParsedHelper>,
): ReadonlyMap<string, ParsedHelper> {
  const used = new Map<string, ParsedHelper>();
  const visit = (name: string): void => {
    const helper = helpers.get(name);
    if (helper === undefined || used.has(name)) return;
    used.set(name, helper);
    const { calls, reads } = helper.parsed;
    // What stands in a this.next(...) is read as well, but not used.
    for (const other of helper.leadsOn ? calls : [...calls, ...reads]) visit(other);
  };
  for (const { calls, reads, targets } of steps) {
    const named = new Set(targets.map((target) => target.name));
    for (const name of [...calls, ...reads.filter((read) => !named.has(read))]) visit(name);
  }
  return used;
}
