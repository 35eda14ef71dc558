import type { SourcePosition } from "../errors/metaflow-error.js";
import type { FlowDecorator } from "./flow-decorator.js";
import type { AttachedDecorator } from "./graph.js";
import type { FlowMutator, StepMutator } from "./mutators.js";
import type { ParameterDeclaration } from "./parameter.js";
import type { SerializerSource } from "./serializer.js";
import type { StepDecorator } from "./step-decorator.js";

/** A class whose instances are flows; built without arguments. */
export type FlowClass<F extends object = object> = new () => F;

/** What `@step` left behind for one method. */
export interface StepDeclaration {
  readonly name: string;
  readonly start: boolean;
  readonly end: boolean;
  readonly nodeInfo: Readonly<Record<string, unknown>>;
  /** The method as it was written, before any wrapper; `toString()` gives its compiled text. */
  // biome-ignore lint/complexity/noBannedTypes: any method at all may be declared a step
  readonly method: Function;
  /** The class that declares it (a base class, perhaps). */
  readonly owner: FlowClass;
  readonly decorators: readonly AttachedDecorator[];
  /** What the attached ones are, by name, as far as the source attached them. */
  readonly definitions: Readonly<Record<string, StepDecorator>>;
  /** In the order in which they run: the innermost first. */
  readonly mutators: readonly StepMutatorDeclaration[];
}

/** What a flow decorator left behind. */
export interface FlowDecoratorDeclaration {
  /** The attributes are what was given, functions included, until the decorators are attached to the graph. */
  readonly data: AttachedDecorator;
  readonly definition: FlowDecorator;
  /** The module of the copy of core that attached it. */
  readonly core?: string | undefined;
}

/** What a mutator on a step left behind. */
export interface StepMutatorDeclaration {
  readonly definition: StepMutator;
  /** As they were given. */
  readonly options: unknown;
  /** The module of the copy of core that attached it. */
  readonly core?: string | undefined;
}

/** What a mutator on the flow's class left behind. */
export interface FlowMutatorDeclaration {
  readonly definition: FlowMutator;
  readonly options: unknown;
  /** The module of the copy of core that attached it. */
  readonly core?: string | undefined;
}

/** Everything that loading a flow's class tells. */
export interface FlowDefinition {
  readonly name: string;
  readonly flowClass: FlowClass;
  /** By name, base classes first, in source order. */
  readonly steps: Readonly<Record<string, StepDeclaration>>;
  /** Those of the flow itself: of base classes first, as they stand in the source. */
  readonly decorators: readonly FlowDecoratorDeclaration[];
  /** In the order in which they run: base classes first, in each the innermost first. */
  readonly mutators: readonly FlowMutatorDeclaration[];
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** Own fields of a fresh instance: name → the initialiser's value (undefined where there is none). */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly serializers: readonly SerializerSource[];
  /** What the flow's file exports, by name: decorators find functions there that are named in their options. */
  readonly exports: Readonly<Record<string, unknown>>;
}

/** Finds the user's source from the compiled text of a class or method. */
export interface SourceLocator {
  /** The position of the character at `offset` of the text of `method`, a member of `owner`; null where unknown. */
  // biome-ignore lint/complexity/noBannedTypes: see StepDeclaration
  locate(owner: FlowClass, method: Function, offset: number): SourcePosition | null;
  /** The position of the class itself. */
  locateClass(flowClass: FlowClass): SourcePosition | null;
  /** The lines of a source file, for code frames and doc comments; null where unknown. */
  sourceText(file: string): string | null;
}

/** What `FlowSpec`'s own methods do while a step runs; given to the instance by whoever runs it. */
export interface StepContext {
  next(args: readonly unknown[]): void;
  mergeArtifacts(inputs: unknown, options: MergeOptions): void;
  /** The foreach item of this task; undefined outside a foreach. */
  readonly input: unknown;
  /** The foreach index of this task; undefined outside a foreach. */
  readonly index: number | undefined;
  /** Outermost first. */
  foreachStack(): readonly ForeachStackEntry[];
}

export interface MergeOptions {
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

export interface ForeachStackEntry {
  readonly step: string;
  readonly index: number;
  readonly splits: number;
  /** Undefined where the item is no longer at hand. */
  readonly value: unknown;
}
