import type { FlowDefinition } from "../contracts/flow-definition.js";
import { type ParsedMethod, parseHelper } from "../flow/parse-step.js";
import type { Draft, DraftStep } from "./draft.js";
import { type GraphProblem, problem } from "./problems.js";

/**
 * A `#private` field that one step assigns and a later one reads, which never assigns it: every task has an instance of
 * its own, so the value is lost on the way. Private fields for the use of a single step are fine, and where it cannot be
 * told who assigns a field, nothing is said.
 */
export function privatesStayInStep(draft: Draft): readonly GraphProblem[] {
  const steps = [...draft.steps.values()];
  const writers = steps.filter(({ parsed }) => parsed.privates.writes.size > 0);
  if (writers.length === 0) return [];
  // Functions in fields may assign anything, and are not looked into.
  if (Object.values(draft.definition.fields).some((value) => typeof value === "function")) return [];
  const helpers = otherMembers(draft.definition);
  if (helpers.some(({ privates }) => privates.unclear)) return [];
  return writers.flatMap((writer) =>
    [...writer.parsed.privates.writes].flatMap(([field, offset]) => {
      if (helpers.some(({ privates }) => privates.writes.has(field))) return [];
      const reader = stepsAfter(writer, draft).find((step) => step !== writer && onlyReads(step, field));
      if (reader === undefined) return [];
      return [problem("GRAPH_STEP_PRIVATE_FIELD", writer.name, { step: writer.name, reader: reader.name }, offset)];
    }),
  );
}

function onlyReads({ parsed: { privates } }: DraftStep, field: string): boolean {
  return privates.reads.has(field) && !privates.writes.has(field) && !privates.unclear;
}

function stepsAfter({ next }: DraftStep, { steps }: Draft): readonly DraftStep[] {
  const names = new Set(next);
  // The set grows while it is walked.
  for (const name of names) for (const following of steps.get(name)?.next ?? []) names.add(following);
  return [...names].flatMap((name) => steps.get(name) ?? []);
}

/** Methods and accessors that are no steps, of the class and its bases. */
function otherMembers({ flowClass, steps }: FlowDefinition): ParsedMethod[] {
  const members: ParsedMethod[] = [];
  let prototype: object | null = flowClass.prototype;
  while (prototype !== null && prototype !== Object.prototype) {
    for (const [name, { value, get, set }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name === "constructor" || Object.hasOwn(steps, name)) continue;
      for (const part of [value, get, set]) if (typeof part === "function") members.push(parseHelper(String(part)));
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return members;
}
