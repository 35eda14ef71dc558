import type { FlowDefinition, StepDeclaration } from "../contracts/flow-definition.js";
import type { Transition } from "../contracts/transition.js";
import { type ParsedStep, parseStep } from "../flow/parse-step.js";
import { type Helpers, helpersOf } from "./helpers.js";

/** What a graph's rules may be told. */
export interface GraphOptions {
  /** False: the target of a deployment cannot run a foreach within a foreach. */
  readonly nestedForeach?: boolean;
}

/** What a step's parameter is: the rules of the graph tell an item from a join's inputs. */
export type Takes = "nothing" | "item" | "inputs";

/** A step before anybody knows whether the graph makes sense. */
export interface DraftStep {
  readonly name: string;
  readonly declaration: StepDeclaration;
  readonly parsed: ParsedStep;
  /** Null where the source could not be understood. */
  readonly transition: Transition | null;
  /** The steps it leads to, without repetition and without unknown ones. */
  readonly next: readonly string[];
  readonly takes: Takes;
}

/** A flow as its rules see it. */
export interface Draft {
  readonly definition: FlowDefinition;
  readonly options: GraphOptions;
  /** In source order. */
  readonly steps: ReadonlyMap<string, DraftStep>;
  /** The methods that are no steps. */
  readonly helpers: Helpers;
  readonly starts: readonly string[];
  readonly ends: readonly string[];
  /** The first step; null where there is none. */
  readonly start: string | null;
  readonly end: string | null;
  /** Every transition is known: what is missing in the graph is missing in the flow. */
  readonly complete: boolean;
}

/** Reads all steps of a flow. */
export function draftOf(definition: FlowDefinition, options: GraphOptions): Draft {
  const declarations = Object.values(definition.steps);
  const parsed = new Map(declarations.map((step) => [step.name, parseStep(String(step.method))]));
  const starts = endpoints(declarations, "start");
  const ends = endpoints(declarations, "end");
  const end = ends[0] ?? null;
  const itemTakers = new Set([...parsed.values()].map(({ transition }) => fanOutTarget(transition)));
  const steps = new Map<string, DraftStep>();
  for (const declaration of declarations) {
    const { name } = declaration;
    const step = parsed.get(name) as ParsedStep;
    const next = targetsOf(step.transition).filter((target) => parsed.has(target));
    const takes = step.parameters === "none" ? "nothing" : itemTakers.has(name) ? "item" : "inputs";
    // Whatever an end step says, nothing follows it.
    steps.set(name, {
      name,
      declaration,
      parsed: step,
      transition: step.transition,
      next: name === end ? [] : next,
      takes,
    });
  }
  const complete = starts.length > 0 && ends.length > 0 && [...steps.values()].every((step) => isComplete(step, end));
  const helpers = helpersOf(definition, [...parsed.values()]);
  return { definition, options, steps, helpers, starts, ends, start: starts[0] ?? null, end, complete };
}

function isComplete({ name, transition, next }: DraftStep, end: string | null): boolean {
  if (transition === null) return false;
  if (name === end) return transition.kind === "end";
  return transition.kind !== "end" && next.length === targetsOf(transition).length;
}

/** The steps marked as an endpoint, or else the one of that name, or else the only one; a marked one comes first. */
function endpoints(steps: readonly StepDeclaration[], which: "start" | "end"): readonly string[] {
  const marked = steps.filter((step) => step[which]).map(({ name }) => name);
  const named = steps.some(({ name }) => name === which) ? [which] : [];
  const found = [...new Set([...marked, ...named])];
  return found.length === 0 && steps.length === 1 ? steps.map(({ name }) => name) : found;
}

function fanOutTarget(transition: Transition | null): string | null {
  return transition?.kind === "foreach" || transition?.kind === "parallel" ? transition.target : null;
}

/** All steps that a transition may lead to, without repetition, as written. */
export function targetsOf(transition: Transition | null): readonly string[] {
  switch (transition?.kind) {
    case "linear":
    case "foreach":
    case "parallel":
      return [transition.target];
    case "split":
      return [...new Set(transition.targets)];
    case "switch": {
      const fallback = transition.fallback === null ? [] : [transition.fallback];
      return [...new Set([...transition.cases.map(({ target }) => target), ...fallback])];
    }
    default:
      return [];
  }
}
