import type { StepNode } from "../contracts/graph.js";
import type { SwitchCase, Transition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import type { ErrorLocation } from "../errors/metaflow-error.js";

/** What a step chose, before its items are stored. */
export type ChosenTransition =
  | { readonly kind: "linear"; readonly target: string }
  | { readonly kind: "split"; readonly targets: readonly string[] }
  | { readonly kind: "foreach"; readonly target: string; readonly artifact: string; readonly items: readonly unknown[] }
  | { readonly kind: "parallel"; readonly target: string; readonly splits: number }
  | { readonly kind: "switch"; readonly target: string; readonly case: string }
  | { readonly kind: "end" };

/**
 * Reads the arguments of the `this.next(...)` that a step made, and holds them against what its source says.
 *
 * @throws NEXT_MISSING, NEXT_UNEXPECTED, FOREACH_NOT_ITERABLE, FOREACH_EMPTY, SWITCH_NO_CASE, PARALLEL_COUNT_INVALID
 */
export function takeTransition(node: StepNode, instance: object, args: readonly unknown[] | null): ChosenTransition {
  const { transition } = node;
  if (transition.kind === "end") return { kind: "end" };
  if (args === null) throw errors.NEXT_MISSING({ step: node.name }, at(node));
  switch (transition.kind) {
    case "linear":
      expectTargets(node, instance, args, [transition.target]);
      return { kind: "linear", target: transition.target };
    case "split":
      expectTargets(node, instance, args, transition.targets);
      return { kind: "split", targets: transition.targets };
    case "foreach":
      expectTargets(node, instance, args.slice(0, 1), [transition.target]);
      return takeForeach(node, transition, instance, args[1]);
    case "switch":
      return takeSwitch(node, transition, instance, args);
    case "parallel":
      expectTargets(node, instance, args.slice(0, 1), [transition.target]);
      return takeParallel(node, transition, instance, args[1]);
  }
}

/**
 * The arguments of `this.next(...)` as the source has them, for a step whose own code did not get there. `given` stands
 * for the list, the condition or the number.
 */
export function staticNext(
  { transition }: StepNode,
  instance: object,
  given?: { readonly value: unknown },
): readonly unknown[] {
  const step = (name: string): unknown => Reflect.get(instance, name);
  const argument = (artifact: string): unknown => (given === undefined ? step(artifact) : given.value);
  switch (transition.kind) {
    case "end":
      return [];
    case "split":
      return transition.targets.map(step);
    case "foreach":
      return [step(transition.target), { foreach: argument(transition.artifact) }];
    case "parallel":
      return [step(transition.target), { numParallel: given === undefined ? countOf(transition, step) : given.value }];
    case "switch": {
      const cases = Object.fromEntries(transition.cases.map(({ value, target }) => [value, step(target)]));
      return [cases, { condition: argument(transition.condition) }];
    }
    case "linear":
      return [step(transition.target)];
  }
}

/** How many tasks the source asks for; undefined where it computes that in the call that was not made. */
function countOf(
  { numParallel, artifact }: Extract<Transition, { kind: "parallel" }>,
  read: (name: string) => unknown,
): unknown {
  return artifact === null ? (numParallel ?? undefined) : read(artifact);
}

function takeParallel(
  node: StepNode,
  { target, artifact }: Extract<Transition, { kind: "parallel" }>,
  instance: object,
  options: unknown,
): ChosenTransition {
  const given = optionOf(options, "numParallel");
  const value = artifact === null ? given : named(given, artifact, instance);
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) {
    return { kind: "parallel", target, splits: value };
  }
  const actual = typeof value === "number" ? String(value) : describe(value);
  throw errors.PARALLEL_COUNT_INVALID({ step: node.name, artifact, actual }, at(node, artifact ?? undefined));
}

function takeForeach(
  node: StepNode,
  transition: Extract<Transition, { kind: "foreach" }>,
  instance: object,
  options: unknown,
): ChosenTransition {
  const { artifact, target } = transition;
  const value = named(optionOf(options, "foreach"), artifact, instance);
  if (!isRepeatable(value)) {
    throw errors.FOREACH_NOT_ITERABLE({ artifact, step: node.name, actual: describe(value) }, at(node, artifact));
  }
  const items = Array.from(value);
  if (items.length === 0) throw errors.FOREACH_EMPTY({ artifact, step: node.name }, at(node, artifact));
  return { kind: "foreach", target, artifact, items };
}

function takeSwitch(
  node: StepNode,
  transition: Extract<Transition, { kind: "switch" }>,
  instance: object,
  args: readonly unknown[],
): ChosenTransition {
  const { cases, condition, fallback } = transition;
  expectCases(node, instance, args[0], cases);
  const value = named(optionOf(args[1], "condition"), condition, instance);
  const key = String(value);
  const chosen = isCaseValue(value) ? cases.find((each) => each.value === key) : undefined;
  if (chosen !== undefined) return { kind: "switch", target: chosen.target, case: chosen.value };
  if (fallback !== null) return { kind: "switch", target: fallback, case: "default" };
  const shown = typeof value === "string" ? JSON.stringify(value) : isCaseValue(value) ? key : describe(value);
  throw errors.SWITCH_NO_CASE(
    { step: node.name, condition, value: shown, cases: cases.map((each) => each.value) },
    at(node, condition),
  );
}

function expectTargets(node: StepNode, instance: object, given: readonly unknown[], expected: readonly string[]): void {
  const same =
    given.length === expected.length && expected.every((name, k) => Reflect.get(instance, name) === given[k]);
  if (same) return;
  throw unexpected(node, expected.join(", "), given.map((each) => nameOf(each)).join(", "));
}

function expectCases(node: StepNode, instance: object, given: unknown, cases: readonly SwitchCase[]): void {
  const actual = typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  const same = cases.every(({ value, target }) => actual[value] === Reflect.get(instance, target));
  if (same && Object.keys(actual).length === cases.length) return;
  const show = (entries: readonly (readonly [string, string])[]): string =>
    `{ ${entries.map(([value, target]) => `${value}: ${target}`).join(", ")} }`;
  throw unexpected(
    node,
    show(cases.map(({ value, target }) => [value, target])),
    show(Object.entries(actual).map(([value, target]) => [value, nameOf(target)])),
  );
}

function unexpected(node: StepNode, expected: string, actual: string): Error {
  return errors.NEXT_UNEXPECTED({ step: node.name, expected, actual: actual === "" ? "nothing" : actual }, at(node));
}

function at({ name, source }: StepNode, artifact?: string): { where: ErrorLocation } {
  return { where: { step: name, artifact, source: source ?? undefined } };
}

function optionOf(options: unknown, name: string): unknown {
  return typeof options === "object" && options !== null ? Reflect.get(options, name) : undefined;
}

/** An option gives the artifact's value, or its name in quotes. */
function named(given: unknown, artifact: string, instance: object): unknown {
  return given === artifact ? Reflect.get(instance, artifact) : given;
}

/** Has items that are still there when they are asked for again: a generator's are not. */
function isRepeatable(value: unknown): value is Iterable<unknown> {
  if (typeof value === "string") return true;
  if (typeof value !== "object" || value === null) return false;
  const iterate: unknown = Reflect.get(value, Symbol.iterator);
  return typeof iterate === "function" && iterate.call(value) !== value;
}

function isCaseValue(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "object") return `an object of class ${value.constructor?.name ?? "null"}`;
  return `a ${typeof value}`;
}

function nameOf(value: unknown): string {
  return typeof value === "function" ? value.name : describe(value);
}
