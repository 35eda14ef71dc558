import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { FlowDecorator } from "./flow-decorator.js";
import type { AttachedDecorator } from "./graph.js";
import type { ParameterDeclaration } from "./parameter.js";
import type { AnyStepDecorator, DecoratorContract } from "./step-decorator.js";

/**
 * Looks at a step, and adds, removes or replaces its decorators. It runs in the command that loads the flow, and nowhere
 * else: what it did is part of the graph. `D`: what its hooks may add.
 */
export interface StepMutator<O = unknown, D extends Addable = Addable> {
  readonly name: string;
  readonly contract: DecoratorContract;
  /** Checks the options and fills in their defaults. Must answer at once, without a promise. */
  readonly options: StandardSchemaV1<unknown, O>;
  /**
   * The decorators and step mutators that it may add, apart from those that it names by text. A task finds their code
   * here: no hook has to run again.
   */
  readonly adds?: readonly D[] | undefined;
  /** Before `--with` is attached, and before parameters are read. Step mutators can be added here only. */
  preMutate?(options: O, step: MutableStep<D>): void | Promise<void>;
  /** After `--with` was attached. */
  mutate?(options: O, step: MutableStep<D>): void | Promise<void>;
}

/** The same for a whole flow: all its steps, its parameters, and its own decorators. Runs before those of steps. */
export interface FlowMutator<O = unknown, D extends Addable = Addable> {
  readonly name: string;
  readonly contract: DecoratorContract;
  /** Checks the options and fills in their defaults. Must answer at once, without a promise. */
  readonly options: StandardSchemaV1<unknown, O>;
  /** As of a step mutator; decorators of flows may be among them. */
  readonly adds?: readonly D[] | undefined;
  /** Before anything of the flow is fixed. Only here the flow itself may be changed. */
  preMutate?(options: O, flow: MutableFlow<D>): void | Promise<void>;
  /** After `--with` was attached: its steps may still be changed. */
  mutate?(options: O, flow: MutableFlow<D>): void | Promise<void>;
}

/** What mutators can add by what it is: a factory. */
export type Addable = StepDecoratorLike | FlowDecoratorLike | StepMutatorLike;

export interface StepDecoratorLike {
  readonly kind: "step decorator";
  readonly definition: AnyStepDecorator;
}

export interface FlowDecoratorLike {
  readonly kind: "flow decorator";
  readonly definition: FlowDecorator;
}

export interface StepMutatorLike {
  readonly kind: "step mutator";
  readonly definition: StepMutator<unknown, never>;
}

/** What happens where the decorator is there already, and cannot be repeated: it stays, it is replaced, or an error. */
export interface AddSettings {
  readonly duplicates?: "ignore" | "override" | "error" | undefined;
}

/** The options that a factory takes, and whether they may be left out. */
export type Given<F> = F extends (...args: infer P) => unknown
  ? P extends [unknown]
    ? [options: P[0], settings?: AddSettings]
    : [options?: P[0], settings?: AddSettings]
  : never;

/** What has decorators. */
export interface Decorated<D extends Addable> {
  readonly name: string;
  /** Outermost first, mutators left out. In `preMutate` as they were written, later with completed options. */
  readonly decorators: readonly AttachedDecorator[];
  hasDecorator(name: string): boolean;
  /**
   * Adds a decorator that `adds` of the mutator lists.
   *
   * @returns false where it was there already
   * @throws MUTATOR_REFUSED
   */
  addDecorator<F extends D>(decorator: F, ...given: Given<F>): boolean;
  /** Adds a decorator by its name, as `--with` does: `retry:times=3`, or `retry` with options. */
  addDecorator(spec: string, options?: Readonly<Record<string, unknown>>, settings?: AddSettings): Promise<boolean>;
  /** Removes all decorators of the name, or only those with these options. @returns whether there were any */
  removeDecorator(name: string, options?: Readonly<Record<string, unknown>>): boolean;
}

/** A step, while mutators run. */
export interface MutableStep<D extends Addable = Addable>
  extends Decorated<Extract<D, StepDecoratorLike | StepMutatorLike>> {
  readonly flow: MutableFlow<D>;
}

/** A flow, while mutators run. What concerns the flow itself can be changed in `preMutate` only. */
export interface MutableFlow<D extends Addable = Addable> extends Decorated<Extract<D, FlowDecoratorLike>> {
  /** In source order. */
  readonly steps: readonly MutableStep<D>[];
  /** @throws MUTATOR_REFUSED where there is no such step */
  step(name: string): MutableStep<D>;
  readonly parameters: readonly ParameterDeclaration[];
  /** Configs by name. There are none yet. */
  readonly configs: Readonly<Record<string, unknown>>;
  /**
   * Adds a parameter, as if the class declared it: an option of the command, stored with the run, `this.name` in steps.
   *
   * @returns false where the flow has it already, unless it is to be overwritten
   */
  addParameter(name: string, parameter: AddedParameter, settings?: { readonly overwrite?: boolean }): boolean;
  /** @returns whether there was one */
  removeParameter(name: string): boolean;
}

/** A parameter without a field of the class that declares it. */
export interface AddedParameter {
  /** Its type is the parameter's, unless `type` or `choices` say it. */
  readonly default?: unknown;
  /** One line for `--help`. */
  readonly help?: string;
  readonly required?: boolean;
  /** The command line option, without dashes; the name in kebab case unless given. */
  readonly option?: string;
  readonly choices?: readonly string[];
  readonly type?: "string" | "number" | "boolean" | "json";
}
