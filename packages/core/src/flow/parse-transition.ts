import type { AnyNode, CallExpression, ObjectExpression, Property } from "acorn";
import type { SwitchCase, Transition } from "../contracts/transition.js";
import { isThis, keyName, literalName, type MethodAst, thisMember, unwrap } from "./parse-ast.js";
import { type StepProblem, stepProblem } from "./parse-problem.js";

/** A step that `this.next(...)` names, and where. */
export interface NamedTarget {
  readonly name: string;
  readonly offset: number;
}

export interface TransitionReading {
  /** Null where the call could not be understood: then there is a problem. */
  readonly transition: Transition | null;
  readonly targets: readonly NamedTarget[];
  readonly problems: readonly StepProblem[];
}

const SPLIT_OPTIONS = ["foreach", "numParallel"];
const SWITCH_OPTIONS = ["condition", "default", "maxIterations"];

/** Reads the arguments of a `this.next(...)`. */
export function readTransition(call: CallExpression, method: MethodAst): TransitionReading {
  const reader = new TransitionReader(method);
  const transition = reader.read(call);
  return {
    transition: reader.problems.length > 0 ? null : transition,
    targets: reader.targets,
    problems: reader.problems,
  };
}

class TransitionReader {
  readonly problems: StepProblem[] = [];
  readonly targets: NamedTarget[] = [];
  readonly #source: string;

  constructor(method: MethodAst) {
    this.#source = method.source;
  }

  read(call: CallExpression): Transition | null {
    const spread = call.arguments.find((argument) => argument.type === "SpreadElement");
    if (spread) return this.#invalid(spread, "a spread hides which steps it names");
    const [first] = call.arguments;
    if (first === undefined) return this.#invalid(call, "it names no step");
    const last = call.arguments.at(-1);
    if (first.type === "ObjectExpression") return this.#switch(call, first);
    const options = last?.type === "ObjectExpression" ? last : null;
    const names = call.arguments.slice(0, options ? -1 : undefined).map((argument) => this.#target(argument));
    if (options === null) return splitTo(names, () => this.#repeated(call));
    return this.#fanOut(names, options);
  }

  #fanOut(names: readonly (string | null)[], options: ObjectExpression): Transition | null {
    const given = this.#options(options, SPLIT_OPTIONS);
    const [target] = names;
    if (names.length !== 1) return this.#invalid(options, "options go with a single step");
    const { foreach, numParallel } = given;
    if (foreach && numParallel) return this.#invalid(options, "foreach and numParallel exclude one another");
    if (foreach) {
      const artifact = this.#artifact("foreach", foreach);
      return artifact === null || target == null ? null : { kind: "foreach", target, artifact };
    }
    if (numParallel) {
      const count = this.#count("numParallel", numParallel, false);
      const artifact = thisMember(numParallel);
      return target == null ? null : { kind: "parallel", target, numParallel: count, artifact };
    }
    return this.#invalid(options, "its options say neither foreach nor numParallel");
  }

  #switch(call: CallExpression, cases: ObjectExpression): Transition | null {
    const [, options, more] = call.arguments;
    const read = this.#cases(cases);
    if (options === undefined) return this.#invalid(call, "a switch needs a condition");
    if (options.type !== "ObjectExpression" || more) {
      return this.#invalid(options, "a switch has two arguments, its cases and its options");
    }
    const { condition: chooser, default: other, maxIterations: limit } = this.#options(options, SWITCH_OPTIONS);
    const fallback = other ? this.#target(other) : null;
    const maxIterations = limit ? this.#count("maxIterations", limit, true) : null;
    if (!chooser) return this.#invalid(options, "a switch needs a condition");
    const condition = this.#artifact("condition", chooser);
    const count = cases.properties.length + (other ? 1 : 0);
    if (count < 2) this.problems.push(stepProblem("GRAPH_SWITCH_CASES", cases, { count }));
    return condition === null ? null : { kind: "switch", condition, cases: read, fallback, maxIterations };
  }

  #cases(object: ObjectExpression): SwitchCase[] {
    const cases: SwitchCase[] = [];
    for (const property of object.properties) {
      const value = property.type === "Property" ? this.#caseKey(property) : this.#badKey(property, "spread");
      if (value === null || property.type !== "Property") continue;
      if (cases.some((other) => other.value === value)) {
        this.problems.push(stepProblem("GRAPH_SWITCH_KEY", property, { found: value, reason: "it is there twice" }));
      }
      const target = this.#target(property.value);
      if (target !== null) cases.push({ value, target });
    }
    return cases;
  }

  #caseKey(property: Property): string | null {
    if (property.kind !== "init" || property.method) return this.#badKey(property, "method");
    const name = keyName(property.key, property.computed);
    if (name === null) return this.#badKey(property.key, "computed");
    return name === "__proto__" ? this.#badKey(property.key, "proto") : name;
  }

  #badKey(node: AnyNode, why: "spread" | "method" | "computed" | "proto"): null {
    const reason = {
      spread: "a spread hides the cases",
      method: "a case leads to a step, `this.<step>`",
      computed: "a key that is computed cannot be read from the source",
      proto: "JavaScript gives that key a meaning of its own",
    }[why];
    this.problems.push(stepProblem("GRAPH_SWITCH_KEY", node, { found: this.#text(node), reason }));
    return null;
  }

  /** The options by name; what is none of those allowed becomes a problem. */
  #options(object: ObjectExpression, allowed: readonly string[]): Record<string, AnyNode | undefined> {
    const given: Record<string, AnyNode | undefined> = {};
    for (const property of object.properties) {
      const name = property.type === "Property" ? keyName(property.key, property.computed) : null;
      if (property.type === "Property" && name !== null && allowed.includes(name)) given[name] = property.value;
      else {
        this.problems.push(
          stepProblem("GRAPH_NEXT_OPTION", property, { option: name ?? this.#text(property), allowed }),
        );
      }
    }
    return given;
  }

  #target(node: AnyNode): string | null {
    const name = thisMember(node);
    if (name !== null) {
      this.targets.push({ name, offset: node.start });
      return name;
    }
    const inner = unwrap(node);
    const called = inner.type === "CallExpression" ? thisMember(inner.callee) : null;
    this.problems.push(stepProblem("GRAPH_NEXT_TARGET", node, { found: this.#text(node), called }));
    return null;
  }

  /** `this.name`, or its name as a string. */
  #artifact(option: string, node: AnyNode): string | null {
    const literal = node.type === "Literal" && typeof node.value === "string" ? node.value : null;
    const name = thisMember(node) ?? literal;
    if (name !== null) return name;
    this.problems.push(stepProblem("GRAPH_NEXT_ARTIFACT", node, { option, found: this.#text(node) }));
    return null;
  }

  /** A literal count; null where it is an expression. */
  #count(option: string, node: AnyNode, literal: boolean): number | null {
    const constant = literalName(node);
    const count = node.type === "Literal" && typeof node.value === "number" ? node.value : null;
    if (count !== null && Number.isSafeInteger(count) && count > 0) return count;
    if (constant !== null || literal || node.type === "Literal") {
      this.#invalid(node, `${option} must be a positive whole number${literal ? ", written out" : ""}`);
    }
    return null;
  }

  #repeated(call: CallExpression): null {
    return this.#invalid(call, "it names a step twice");
  }

  #invalid(node: AnyNode, reason: string): null {
    this.problems.push(stepProblem("GRAPH_NEXT_INVALID", node, { reason }));
    return null;
  }

  #text(node: AnyNode): string {
    const text = this.#source.slice(node.start, node.end).split(/\s+/).join(" ");
    return text.length > 60 ? `${text.slice(0, 59)}…` : text;
  }
}

function splitTo(names: readonly (string | null)[], repeated: () => null): Transition | null {
  const targets = names.filter((name) => name !== null);
  const [target] = targets;
  if (target === undefined || targets.length !== names.length) return null;
  if (targets.length === 1) return { kind: "linear", target };
  return new Set(targets).size === targets.length ? { kind: "split", targets } : repeated();
}

/** True for `this.next(...)` and `super.next(...)` without the call. */
export function isNextMember(node: AnyNode): boolean {
  if (node.type !== "MemberExpression" || node.computed) return thisMember(node) === "next";
  const own = isThis(node.object) || node.object.type === "Super";
  return own && node.property.type === "Identifier" && node.property.name === "next";
}
