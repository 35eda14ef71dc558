/** How a parameter's text becomes a value. */
export type ParameterKind = "string" | "number" | "boolean" | "json" | "enum";

/** What `@parameter` left behind for one field. */
export interface ParameterDeclaration {
  /** The field, and the artifact. */
  readonly field: string;
  /** The command line option without dashes: the field in kebab case unless it was given. */
  readonly option: string;
  readonly kind: ParameterKind;
  /** The values of an enum, in the order written. */
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly hasDefault: boolean;
  readonly default: unknown;
  readonly help: string;
  /** The mutator that added it; undefined for one of the class. */
  readonly insertedBy?: string | undefined;
}
