/**
 * What `tsc` checks about `this.next(...)`. A method's shape tells what it is: no parameter — an ordinary step; one
 * parameter — the body of a foreach; `inputs: Inputs<...>` — a join.
 */
import type { JoinInputs } from "./inputs.js";

/** What a step may return. */
export type StepResult = void | Promise<void>;

/** A step that takes nothing. */
export type StepWithoutItem = () => StepResult;

/** A step that a foreach may lead to: it takes the item, or nothing. */
export type StepWithItem<Item> = (item: Item) => StepResult;

/** A step that takes the inputs of a join. Written as a method, so that `Inputs` of any flow will do. */
export type JoinStep = { step(inputs: JoinInputs): StepResult }["step"];

/** A step that a plain transition may lead to. */
export type NextStep = StepWithoutItem | JoinStep;

/**
 * A step that a switch case may lead to: also the first step of a foreach's body, which takes the item, when the case
 * leads back to it. Whether it does is for the graph to see.
 */
export type CaseStep = NextStep | StepWithItem<never>;

/** `next(step, { foreach })`: one task per item. */
export interface ForeachOptions {
  readonly foreach: Iterable<unknown>;
}

/** `next(step, { numParallel })`: that many tasks that run at the same time; a parameter is the node index. */
export interface ParallelOptions {
  readonly numParallel: number;
}

/** `next({ case: step, … }, { condition })`: the step whose case is the condition's value. */
export interface SwitchOptions {
  /** The artifact that decides. */
  readonly condition: string | number | boolean;
  /** Where every value leads that has no case; cases may then be left out. */
  readonly default?: CaseStep;
  /** How often the loop that this switch closes may run at most. */
  readonly maxIterations?: number;
}

export type NextOptions = ForeachOptions | ParallelOptions | SwitchOptions;

/** What may stand second. */
export type BranchOrOptions = StepWithoutItem | NextOptions;

/** What may stand first where `Second` stands second. Where that is wrong already, anything: one mistake, one error. */
export type NextTarget<Second> = [BranchOrOptions] extends [Second]
  ? unknown
  : Second extends StepWithoutItem
    ? StepWithoutItem
    : Second extends ParallelOptions
      ? StepWithItem<number>
      : Second extends { readonly foreach: infer List }
        ? StepWithItem<ItemOf<List>>
        : Second extends { readonly condition: infer Value }
          ? Second extends { readonly default: CaseStep }
            ? PartialCases<Value>
            : Cases<Value>
          : unknown;

/** Of a list that is `any` the items are not known: `never` makes every step fit. */
type ItemOf<List> = 0 extends 1 & List ? never : List extends Iterable<infer Item> ? Item : never;

/** Further branches, after a second one. */
export type MoreBranches<Second> = Second extends StepWithoutItem ? StepWithoutItem[] : [];

/** Refuses options of another transition, and misspelt ones. */
export type OnlyOptions<Second> = Second extends StepWithoutItem
  ? unknown
  : { readonly [Name in Exclude<keyof Second, OptionsOf<Second>>]: never };

type OptionsOf<Second> = Second extends ForeachOptions
  ? keyof ForeachOptions
  : Second extends ParallelOptions
    ? keyof ParallelOptions
    : keyof SwitchOptions;

/** A step for each value that the condition can have. */
export type Cases<Value> =
  IsLoneLiteral<Value> extends true ? CaseFor<Value> & OtherCases : { readonly [Key in CaseKey<Value>]: CaseStep };

/** A step for some of the values that the condition can have. */
export type PartialCases<Value> =
  IsLoneLiteral<Value> extends true ? OtherCases : { readonly [Key in CaseKey<Value>]?: CaseStep };

type CaseKey<Value> = `${Value & (string | number | boolean)}`;
type CaseFor<Value> = { readonly [Key in CaseKey<Value>]: CaseStep };
type OtherCases = { readonly [value: string]: CaseStep };

/**
 * After `this.verdict = "better"` TypeScript takes `this.verdict` for `"better"`, whatever the field's type allows: the
 * other cases cannot be known here and are let through.
 */
type IsLoneLiteral<Value> = [Value] extends [string | number | boolean]
  ? string extends Value
    ? false
    : number extends Value
      ? false
      : IsUnion<Value> extends true
        ? false
        : true
  : false;

type IsUnion<T, Whole = T> = T extends unknown ? ([Whole] extends [T] ? false : true) : never;
