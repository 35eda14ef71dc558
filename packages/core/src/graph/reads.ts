import type { FlowDefinition } from "../contracts/flow-definition.js";
import { type ParsedMethod, parseHelper } from "../flow/parse-step.js";
import { FLOW_MEMBERS } from "./reserved-names.js";

export interface Reads {
  readonly reads: readonly string[];
  readonly inputReads: readonly string[];
}

/** Says which artifacts a step mentions, helper methods and accessors that it uses included. */
export type ReadsOf = (step: ParsedMethod, isJoin: boolean) => Reads;

/** Parses every helper once, however many steps use it. */
export function readsOfFlow(definition: FlowDefinition): ReadsOf {
  const helpers = new Map<string, readonly ParsedMethod[]>();
  const helpersNamed = (name: string): readonly ParsedMethod[] => {
    if (FLOW_MEMBERS.has(name) || Object.hasOwn(definition.steps, name)) return [];
    const known = helpers.get(name) ?? membersNamed(definition.flowClass.prototype, name).map(parseHelper);
    helpers.set(name, known);
    return known;
  };
  return (step, isJoin) => {
    const used = [step];
    const mentioned = new Set<string>();
    const artifacts = new Set<string>();
    const visit = (name: string, isValue: boolean): void => {
      if (mentioned.has(name)) return;
      const found = helpersNamed(name);
      if (found.length > 0) {
        mentioned.add(name);
        used.push(...found);
      } else if (isValue && !FLOW_MEMBERS.has(name) && !Object.hasOwn(definition.steps, name)) {
        artifacts.add(name);
      }
    };
    // The list grows while it is walked: helpers use helpers.
    for (const method of used) {
      for (const name of method.reads) visit(name, true);
      for (const name of [...method.calls, ...method.writes]) visit(name, false);
    }
    return { reads: [...artifacts], inputReads: isJoin ? inputReads(step, used) : [] };
  };
}

/** An input that goes to a helper may be read there. */
function inputReads(step: ParsedMethod, used: readonly ParsedMethod[]): readonly string[] {
  if (!step.inputsEscape) return step.inputReads;
  return [...new Set(used.flatMap((method) => method.members))];
}

/**
 * The text of everything of that name on a class and its bases. Overridden ones count: they may be called with
 * `super`.
 */
function membersNamed(prototype: object, name: string): string[] {
  const texts: string[] = [];
  for (
    let owner: object | null = prototype;
    owner && owner !== Object.prototype;
    owner = Object.getPrototypeOf(owner)
  ) {
    const member = Object.getOwnPropertyDescriptor(owner, name);
    for (const part of [member?.value, member?.get, member?.set]) {
      if (typeof part === "function") texts.push(String(part));
    }
  }
  return texts;
}
