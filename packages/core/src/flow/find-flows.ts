import { closest } from "fastest-levenshtein";
import type { FlowClass } from "../contracts/flow-definition.js";
import { errors } from "../errors/codes.js";
import { isFlowClass } from "./flow-spec.js";
import { collectSteps } from "./step-metadata.js";

/** A flow class that a module exports. */
export interface FlowCandidate {
  readonly flowClass: FlowClass;
  readonly className: string;
  /** `"default"` among them. */
  readonly exportNames: readonly string[];
}

/** The flow classes among a module's exports, each once, whatever the number of its names. */
export function findFlows(moduleNamespace: object): readonly FlowCandidate[] {
  const found = new Map<FlowClass, string[]>();
  for (const [exportName, value] of Object.entries(moduleNamespace)) {
    if (!isFlowClass(value)) continue;
    const names = found.get(value);
    if (names) names.push(exportName);
    else found.set(value, [exportName]);
  }
  return [...found].map(([flowClass, exportNames]) => ({ flowClass, className: flowClass.name, exportNames }));
}

/**
 * The flow that is meant: the one with the name (of the class or of the export), else the default export, else the
 * only one. A class that no run could start with, a base class, gives way to one that has a first and a last step.
 */
export function chooseFlow(candidates: readonly FlowCandidate[], wantedName?: string): FlowCandidate {
  if (candidates.length === 0) throw errors.FLOW_NONE_EXPORTED(undefined);
  if (wantedName !== undefined) return named(candidates, wantedName);
  const isDefault = candidates.find(({ exportNames }) => exportNames.includes("default"));
  if (isDefault) return isDefault;
  const complete = candidates.filter((candidate) => isComplete(candidate, candidates));
  const [only, ...others] = complete.length > 0 ? complete : candidates;
  if (only && others.length === 0) return only;
  throw errors.FLOW_AMBIGUOUS({ flows: [only, ...others].flatMap((candidate) => candidate?.className ?? []) });
}

function named(candidates: readonly FlowCandidate[], wanted: string): FlowCandidate {
  const found =
    candidates.find(({ className }) => className === wanted) ??
    candidates.find(({ exportNames }) => exportNames.includes(wanted));
  if (found) return found;
  const known = candidates.map(({ className }) => className);
  const nearest = closest(wanted, known);
  throw errors.FLOW_UNKNOWN({ wanted, flows: [nearest, ...known.filter((name) => name !== nearest)] });
}

function isComplete({ flowClass }: FlowCandidate, candidates: readonly FlowCandidate[]): boolean {
  const steps = Object.values(collectSteps(flowClass));
  // The only step of a flow is its first and its last; of a class that others extend it need not be.
  if (steps.length === 1) return !candidates.some((other) => other.flowClass.prototype instanceof flowClass);
  return (
    steps.some(({ name, start }) => start || name === "start") && steps.some(({ name, end }) => end || name === "end")
  );
}
