import type { FlowClass, StepDeclaration } from "../contracts/flow-definition.js";
import type { AttachedDecorator } from "../contracts/graph.js";
import type { StepDecorator } from "../contracts/step-decorator.js";
import { errors } from "../errors/codes.js";
import { declaredOn, lineage, memberContext, metadataSlot } from "../params/decorator-metadata.js";
import { CORE_COPY } from "../util/core-copy.js";
import { expectKnownContract } from "./known-contract.js";
import { type StepMutators, stepMutatorsOn } from "./mutator-metadata.js";

const STEPS: symbol = Symbol.for("metaflow-ts.steps");

/** What the arguments of `@step` say. */
export interface StepMark {
  readonly start: boolean;
  readonly end: boolean;
  readonly nodeInfo: Readonly<Record<string, unknown>>;
  // biome-ignore lint/complexity/noBannedTypes: any method at all may be declared a step
  readonly method: Function;
}

/** What decorators left behind for the methods of one class, by the method's name. */
interface MarkedMethods {
  readonly steps: Map<string, StepMark>;
  readonly decorators: Map<string, MarkedDecorator[]>;
}

/** A decorator on one method: its data, and what it is. */
interface MarkedDecorator {
  readonly data: AttachedDecorator;
  readonly definition: StepDecorator | undefined;
  /** The copy of core that attached it. */
  readonly core?: string | undefined;
}

const noMarks = (): MarkedMethods => ({ steps: new Map(), decorators: new Map() });

/** Keeps that the method is a step. */
export function markStep(context: unknown, mark: StepMark): void {
  const { name, metadata } = memberContext("@step", "method", context);
  const { steps } = metadataSlot(metadata, STEPS, noMarks);
  if (steps.has(name)) throw errors.FLOW_STEP_TWICE({ step: name });
  steps.set(name, mark);
}

/**
 * Attaches a step decorator in its data form; what a decorator package calls. It is kept by the method's name, so the
 * decorator may stand above or below `@step`.
 */
export function attachDecorator(context: unknown, data: AttachedDecorator, definition?: StepDecorator): void {
  const { name, metadata } = memberContext(`@${data.name}`, "method", context);
  const { decorators } = metadataSlot(metadata, STEPS, noMarks);
  // Decorators are applied from the innermost outwards: this keeps them as they stand in the source.
  decorators.set(name, [{ data, definition, core: CORE_COPY }, ...(decorators.get(name) ?? [])]);
}

/** The steps of a class and its bases by name: base classes first, in source order. A later class replaces a step. */
export function collectSteps(flowClass: FlowClass): Readonly<Record<string, StepDeclaration>> {
  const steps: Record<string, StepDeclaration> = {};
  for (const owner of lineage(flowClass) as readonly FlowClass[]) {
    const marked = declaredOn<MarkedMethods>(owner, STEPS) ?? noMarks();
    const mutating = stepMutatorsOn(owner);
    checkMethods(owner, marked, mutating, steps);
    for (const [name, mark] of marked.steps) {
      const attached = marked.decorators.get(name) ?? [];
      for (const { definition, core } of attached) {
        if (definition !== undefined) expectKnownContract(`Decorator '${definition.name}'`, definition.contract, core);
      }
      steps[name] = {
        name,
        ...mark,
        owner,
        decorators: attached.map(({ data }) => data),
        definitions: definitionsOf(attached),
        mutators: mutating.get(name) ?? [],
      };
    }
  }
  return steps;
}

function definitionsOf(attached: readonly MarkedDecorator[]): Readonly<Record<string, StepDecorator>> {
  const known = attached.flatMap(({ data, definition }) =>
    definition === undefined ? [] : [[data.name, definition] as const],
  );
  return Object.fromEntries(known);
}

function checkMethods(
  owner: FlowClass,
  marked: MarkedMethods,
  mutators: StepMutators,
  inherited: Readonly<Record<string, StepDeclaration>>,
): void {
  const where = { flow: owner.name };
  for (const [step, { owner: base }] of Object.entries(inherited)) {
    if (!Object.hasOwn(owner.prototype, step) || marked.steps.has(step)) continue;
    throw errors.FLOW_STEP_OVERRIDDEN({ step, base: base.name }, { where: { ...where, step } });
  }
  const attached = [...marked.decorators].map(([method, [first]]) => [method, first?.data.name] as const);
  const mutating = [...mutators].map(([method, [first]]) => [method, first?.definition.name] as const);
  for (const [method, decorator] of [...attached, ...mutating]) {
    if (decorator === undefined || marked.steps.has(method)) continue;
    throw errors.FLOW_DECORATOR_WITHOUT_STEP({ decorator, method }, { where });
  }
}
