import type { ParameterDeclaration } from "../contracts/parameter.js";
import { parameterVariable } from "./resolve-parameters.js";

/** One parameter as `--help` shows it. */
export interface ParameterDescription {
  /** `--alpha` */
  readonly flag: string;
  /** `<number>`, `<fast|exact>` */
  readonly placeholder: string;
  readonly help: string;
  /** The default as one would type it; null where there is none. */
  readonly defaultText: string | null;
  readonly required: boolean;
  /** `METAFLOW_RUN_ALPHA` */
  readonly variable: string;
}

/** What `--help` says about a flow's parameters, in the order of their declaration. */
export function describeParameters(
  declarations: Readonly<Record<string, ParameterDeclaration>>,
): readonly ParameterDescription[] {
  return Object.values(declarations).map((parameter) => ({
    flag: `--${parameter.option}`,
    placeholder: `<${parameter.kind === "enum" ? parameter.choices.join("|") : parameter.kind}>`,
    help: helpText(parameter),
    defaultText: parameter.hasDefault ? defaultText(parameter) : null,
    required: parameter.required,
    variable: parameterVariable(parameter.option),
  }));
}

function helpText({ help, insertedBy }: ParameterDeclaration): string {
  return insertedBy === undefined ? help : `${help} (added by ${insertedBy})`.trim();
}

function defaultText({ kind, default: value }: ParameterDeclaration): string {
  return kind === "json" ? JSON.stringify(value) : String(value);
}
