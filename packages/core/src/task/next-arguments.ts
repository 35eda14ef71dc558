import type { StepNode } from "../contracts/graph.js";
import type { NextArguments } from "../contracts/step-decorator.js";
import type { Transition } from "../contracts/transition.js";
import { errors } from "../errors/codes.js";
import { staticNext } from "./take-transition.js";

/** The one argument that a transition takes; the others take none. */
const ARGUMENT: { readonly [K in Transition["kind"]]?: keyof NextArguments } = {
  foreach: "foreach",
  switch: "condition",
  parallel: "numParallel",
};

/**
 * The arguments of `this.next(…)` that a decorator chose; null where it left them as they are. Targets stay those of the
 * source, so that a run takes no way that the graph does not have.
 *
 * @throws NEXT_ARGUMENTS_REFUSED, naming the decorator
 */
export function argumentsOfNext(
  node: StepNode,
  instance: object,
  chosen: unknown,
  decorator: string,
): readonly unknown[] | null {
  if (chosen === undefined) return null;
  const expected = ARGUMENT[node.transition.kind];
  const refuse = (problem: string): Error => {
    const allowed = expected === undefined ? "It takes no arguments" : `It takes { ${expected} }`;
    return errors.NEXT_ARGUMENTS_REFUSED(
      { decorator, step: node.name, problem, allowed },
      { where: { step: node.name, source: node.source ?? undefined } },
    );
  };
  if (typeof chosen !== "object" || chosen === null) throw refuse("arguments are an object, as in { foreach }");
  const given = Object.entries(chosen).filter(([, value]) => value !== undefined);
  const strange = given.find(([key]) => key !== expected);
  if (strange !== undefined) throw refuse(`it gives '${strange[0]}'`);
  const [argument] = given;
  if (argument === undefined || expected === undefined) return null;
  const [, value] = argument;
  if (expected === "numParallel" && !(Number.isSafeInteger(value) && Number(value) > 0)) {
    throw refuse(`numParallel is ${String(value)}, and has to be a whole number from 1`);
  }
  if (expected !== "foreach" || typeof value !== "string") return staticNext(node, instance, { value });
  if (!(value in instance)) throw refuse(`there is no artifact '${value}'`);
  return staticNext(node, instance, { value: Reflect.get(instance, value) });
}
