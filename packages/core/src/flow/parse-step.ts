import type { FunctionExpression } from "acorn";
import type { Transition } from "../contracts/transition.js";
import { type MethodAst, memberNames, parseMethod } from "./parse-ast.js";
import { usesOfInputs } from "./parse-inputs.js";
import { findNext } from "./parse-next.js";
import { NO_PRIVATES, type PrivateUse, usesOfPrivates } from "./parse-privates.js";
import { type StepProblem, stepProblem } from "./parse-problem.js";
import { usesOfThis } from "./parse-reads.js";
import { type NamedTarget, readTransition } from "./parse-transition.js";

export type { StepProblem } from "./parse-problem.js";
export type { NamedTarget } from "./parse-transition.js";

/** What the source of any method says about the artifacts that it uses. */
export interface ParsedMethod {
  /** Names read as `this.x`; fields, methods and steps are not told apart. */
  readonly reads: readonly string[];
  /** Names that are assigned or deleted. */
  readonly writes: readonly string[];
  /** Methods called on `this` or `super`. */
  readonly calls: readonly string[];
  /** `this` goes somewhere as a whole: more may be read than `reads` says. */
  readonly escapes: boolean;
  /** `#private` fields; positions are counted from the beginning of the text. */
  readonly privates: PrivateUse;
  /** Names read on the elements of the first parameter; all of `members` where that cannot be told. */
  readonly inputReads: readonly string[];
  /** An element of the first parameter goes where its reads cannot be followed, perhaps to a helper method. */
  readonly inputsEscape: boolean;
  /** Names of all members of other objects than `this`; left empty for a step of which no input escapes. */
  readonly members: readonly string[];
}

/** What the compiled source of a step says. */
export interface ParsedStep extends ParsedMethod {
  readonly parameters: "none" | "one" | "many";
  /** The name of the one parameter, where it is a plain name. */
  readonly parameterName: string | null;
  readonly async: boolean;
  /** `end` where there is no `this.next(...)`; null where what there is cannot be understood. */
  readonly transition: Transition | null;
  /** Where `this.next(...)` stands in the text. */
  readonly nextOffset: number | null;
  /** The steps that it names, as written. */
  readonly targets: readonly NamedTarget[];
  readonly problems: readonly StepProblem[];
}

const NOTHING: ParsedMethod = {
  reads: [],
  writes: [],
  calls: [],
  escapes: false,
  privates: NO_PRIVATES,
  inputReads: [],
  inputsEscape: false,
  members: [],
};

/** Reads the compiled text of a helper method or accessor; one that cannot be read mentions nothing. */
export function parseHelper(text: string): ParsedMethod {
  const method = parseMethod(text);
  return method === null ? NOTHING : usesOf(method, true);
}

/** Reads the compiled text of a step, as its function's `toString()` gives it. Never throws. */
export function parseStep(text: string): ParsedStep {
  const method = parseMethod(text);
  if (method === null) return unreadable();
  const { fn } = method;
  const next = findNext(fn);
  const reading = next.call === null ? null : readTransition(next.call, method);
  const faults = [...signatureProblems(fn), ...next.problems];
  const unknown = next.problems.length > 0;
  const uses = usesOf(method, false);
  return {
    ...uses,
    reads: [...new Set([...uses.reads, ...chooser(reading?.transition ?? null)])],
    parameters: parameterCount(fn),
    parameterName: fn.params[0]?.type === "Identifier" ? fn.params[0].name : null,
    async: fn.async,
    transition: unknown ? null : reading ? reading.transition : { kind: "end" },
    nextOffset: next.call === null ? null : next.call.start - method.shift,
    targets: (reading?.targets ?? []).map((target) => shifted(target, method)),
    problems: [...faults, ...(reading?.problems ?? [])].map((problem) => shifted(problem, method)),
  };
}

/** The artifact that a transition names: it may have been written as a string. */
function chooser(transition: Transition | null): readonly string[] {
  if (transition?.kind === "foreach") return [transition.artifact];
  return transition?.kind === "switch" ? [transition.condition] : [];
}

function shifted<T extends { readonly offset: number }>(item: T, method: MethodAst): T {
  return { ...item, offset: item.offset - method.shift };
}

function usesOf({ fn, shift }: MethodAst, isHelper: boolean): ParsedMethod {
  const privates = usesOfPrivates(fn);
  const own = usesOfThis(fn);
  const inputs = usesOfInputs(fn);
  const members = isHelper || inputs.escapes ? [...memberNames(fn)] : [];
  return {
    reads: [...own.reads],
    writes: [...own.writes],
    calls: [...own.calls],
    escapes: own.escapes,
    privates: { ...privates, writes: new Map([...privates.writes].map(([name, at]) => [name, at - shift])) },
    inputReads: inputs.escapes ? members : [...inputs.reads],
    inputsEscape: inputs.escapes,
    members,
  };
}

function parameterCount(fn: FunctionExpression): ParsedStep["parameters"] {
  if (fn.params.length === 0) return "none";
  return fn.params.length === 1 && fn.params[0]?.type !== "RestElement" ? "one" : "many";
}

function signatureProblems(fn: FunctionExpression): StepProblem[] {
  const problems: StepProblem[] = [];
  if (fn.generator) problems.push(stepProblem("GRAPH_STEP_GENERATOR", fn, {}));
  const [first] = fn.params;
  if (first && parameterCount(fn) === "many") problems.push(stepProblem("GRAPH_STEP_ARGUMENTS", first, {}));
  return problems;
}

function unreadable(): ParsedStep {
  const problem = stepProblem("GRAPH_STEP_UNREADABLE", { start: 0 }, { reason: "it is no method" });
  return {
    ...NOTHING,
    parameters: "none",
    parameterName: null,
    async: false,
    transition: null,
    nextOffset: null,
    targets: [],
    problems: [problem],
  };
}
