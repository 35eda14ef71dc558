import type { FlowClass, ForeachStackEntry, StepContext } from "../contracts/flow-definition.js";
import { errors } from "../errors/codes.js";
import type { ArtifactName, Inputs } from "./inputs.js";
import { expectKnownContract, MADE_HERE } from "./known-contract.js";
import type { BranchOrOptions, MoreBranches, NextStep, NextTarget, OnlyOptions } from "./next-types.js";

/** On the class, for {@link isFlowClass}: two copies of core may be installed. */
const FLOW_BRAND: symbol = Symbol.for("metaflow-ts.flow");

/** On an instance whose step runs. A property, not a WeakMap: it works across copies of core and through proxies. */
const CONTEXT: symbol = Symbol.for("metaflow-ts.context");

/** Which artifacts `mergeArtifacts` looks at: all, only some, or all but some. */
export type MergeChoice<Name> =
  | { readonly include?: readonly Name[]; readonly exclude?: never }
  | { readonly exclude?: readonly Name[]; readonly include?: never };

/**
 * The base class of every flow.
 *
 * @example
 * export default class HelloFlow extends FlowSpec {
 *   greeting!: string;
 *
 *   @step start() {
 *     this.greeting = "hello";
 *     this.next(this.end);
 *   }
 *
 *   @step end() {
 *     console.log(this.greeting);
 *   }
 * }
 */
// An instance has no fields of its own besides the user's: what is found on a fresh one are the flow's fields.
export abstract class FlowSpec {
  static {
    Object.defineProperty(FlowSpec, FLOW_BRAND, { value: MADE_HERE });
  }

  /** Ends the step and leads to the next one, or to the join of the split around it. Must be a step's last statement. */
  next(step: NextStep): void;
  /**
   * Ends the step and leads to several: `next(a, b, …)` to all of them, `next(step, { foreach })` to one task per item,
   * `next(step, { numParallel })` to that many tasks, `next({ case: step, … }, { condition })` to one of the cases.
   */
  next<const Second extends BranchOrOptions>(
    target: NextTarget<Second>,
    branchOrOptions: Second & OnlyOptions<Second>,
    ...branches: MoreBranches<Second>
  ): void;
  next(...args: readonly unknown[]): void {
    stepContext(this, "next").next(args);
  }

  /**
   * In a join: takes over every artifact that has one and the same value in all inputs that have it. Artifacts that
   * differ have to be assigned before, or be excluded.
   */
  mergeArtifacts<F>(inputs: Inputs<F>, choice: MergeChoice<NoInfer<ArtifactName<F>>> = {}): void {
    stepContext(this, "mergeArtifacts").mergeArtifacts(inputs, choice);
  }

  /** The item of the foreach around the step, the same as the step's parameter; undefined outside a foreach. */
  get input(): unknown {
    return stepContext(this, "input").input;
  }

  /** The index of that item, from 0; undefined outside a foreach. */
  get index(): number | undefined {
    return stepContext(this, "index").index;
  }

  /** One entry for each foreach around the step, outermost first. */
  foreachStack(): readonly ForeachStackEntry[] {
    return stepContext(this, "foreachStack").foreachStack();
  }
}

/** True for a class that extends `FlowSpec`, of this or any other copy of the package; not for `FlowSpec` itself. */
export function isFlowClass(value: unknown): value is FlowClass {
  return typeof value === "function" && FLOW_BRAND in value && !Object.hasOwn(value, FLOW_BRAND);
}

/** Refuses a flow whose `FlowSpec` another copy of core has made, in a way that this one does not know. */
export function expectOwnKind(flowClass: FlowClass): void {
  const { contract, core } = (flowClass as unknown as Record<symbol, Partial<typeof MADE_HERE>>)[FLOW_BRAND] ?? {};
  expectKnownContract(`FlowSpec of flow ${flowClass.name}`, contract, core);
}

/** Tells the instance which step it runs; `null` when the step has ended. */
export function bindStepContext(instance: object, context: StepContext | null): void {
  Object.defineProperty(instance, CONTEXT, { value: context, configurable: true });
}

function stepContext(flow: object, member: string): StepContext {
  const context = (flow as Record<symbol, StepContext | null | undefined>)[CONTEXT];
  if (context) return context;
  throw errors.FLOW_NOT_RUNNING({ member }, { where: { flow: flow.constructor.name } });
}
