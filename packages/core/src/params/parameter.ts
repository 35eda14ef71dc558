import { memberContext, metadataSlot } from "./decorator-metadata.js";

/** On a class: its parameters by field. */
export const PARAMETERS: symbol = Symbol.for("metaflow-ts.parameters");

/** What a parameter without an initialiser may be told to be. */
export type ParameterType = "string" | "number" | "boolean" | "json";

/** Options of `@parameter({ … })`. */
export interface ParameterOptions {
  /** One line for `--help`. */
  readonly help?: string;
  /** The run does not start without a value. Only for a field without an initialiser. */
  readonly required?: boolean;
  /** The command line option, without dashes; the field in kebab case unless given. */
  readonly name?: string;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** What the text of the option is turned into. An initialiser tells it; a field without one has to. */
  readonly type?: ParameterType;
}

/** What a run may assign to a field with such options; `never` where only the initialiser tells. */
export type ParameterValue<Options> = Options extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Options extends { readonly type: infer Type extends ParameterType }
    ? ValueOfType<Type>
    : Options extends { readonly required: true }
      ? string
      : never;

type ValueOfType<Type extends ParameterType> = {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
  // Whatever type a JSON field is declared with: nobody can check it here.
  readonly json: never;
}[Type];

/** A public instance field that takes such a value, as TypeScript describes it to a decorator. */
interface ParameterContext<Value> {
  readonly kind: "field";
  readonly name: string;
  readonly static: false;
  readonly private: false;
  // A property that holds a function, not a method: the field's type must accept the value.
  readonly access: { readonly set: (flow: never, value: Value) => void };
  readonly metadata: DecoratorMetadata;
}

type ParameterDecorator<Value> = (value: undefined, context: ParameterContext<Value>) => void;

/**
 * Makes a field of a flow a parameter: a value that is fixed when the run starts, from `--option`, from
 * `METAFLOW_RUN_<OPTION>` or from the field's initialiser.
 *
 * @example
 * @parameter({ help: "Learning rate" }) alpha = 0.01;
 * @parameter({ choices: ["fast", "exact"] }) readonly mode: "fast" | "exact" = "fast";
 * @parameter({ type: "number", required: true }) readonly epochs!: number;
 */
export function parameter(value: undefined, context: ParameterContext<never>): void;
export function parameter<const Options extends ParameterOptions = Record<never, never>>(
  options?: Options,
): ParameterDecorator<ParameterValue<Options>>;
export function parameter(options?: ParameterOptions, context?: ParameterContext<never>): unknown {
  // A second argument means that this is the decorator itself: `@parameter` without parentheses.
  if (context !== undefined) return declareParameter(context, {});
  return (_value: undefined, fieldContext: ParameterContext<never>) => declareParameter(fieldContext, options ?? {});
}

function declareParameter(context: ParameterContext<never>, options: ParameterOptions): void {
  const { name, metadata } = memberContext("@parameter", "field", context);
  metadataSlot(metadata, PARAMETERS, () => new Map<string, ParameterOptions>()).set(name, options);
}
