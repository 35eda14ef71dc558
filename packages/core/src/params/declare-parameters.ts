import type { ParameterDeclaration, ParameterKind } from "../contracts/parameter.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { declaredOn, lineage } from "./decorator-metadata.js";
import { fitsParameter } from "./fits-parameter.js";
import { isJsonData } from "./json-data.js";
import { PARAMETERS, type ParameterOptions } from "./parameter.js";
import { comparableOption, RESERVED_OPTIONS } from "./reserved-options.js";

export interface DeclaredParameters {
  /** By field, base classes first, in source order. Of use only where there are no problems. */
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** Every mistake in the declarations. */
  readonly problems: readonly MetaflowError[];
}

/** The parameters of a class and its bases. `fields`: the own fields of a fresh instance, as their initialisers left them. */
export function declareParameters(flowClass: object, fields: Readonly<Record<string, unknown>>): DeclaredParameters {
  const marks = new Map(
    lineage(flowClass).flatMap((owner) => [...(declaredOn<Map<string, ParameterOptions>>(owner, PARAMETERS) ?? [])]),
  );
  const parameters: Record<string, ParameterDeclaration> = {};
  const problems: MetaflowError[] = [];
  const fieldOf = new Map<string, string>();
  for (const [field, options] of marks) {
    const { parameter, problems: own } = declareParameter(field, options, fields[field]);
    parameters[field] = parameter;

    const comparable = comparableOption(parameter.option);
    const twin = fieldOf.get(comparable);
    if (twin !== undefined) problems.push(errors.PARAMETER_TWICE({ option: parameter.option, fields: [twin, field] }));
    fieldOf.set(comparable, field);
    problems.push(...own);
  }
  return { parameters, problems };
}

/** One parameter, whose default is `initial`, and every mistake in it. */
export function declareParameter(
  field: string,
  options: ParameterOptions,
  initial: unknown,
): { readonly parameter: ParameterDeclaration; readonly problems: readonly MetaflowError[] } {
  const kind = kindOf(options, initial);
  const parameter = declare(field, options, kind ?? "string", initial);
  return { parameter, problems: [...nameMistakes(parameter), ...valueMistakes(parameter, options, kind)] };
}

function declare(
  field: string,
  options: ParameterOptions,
  kind: ParameterKind,
  initial: unknown,
): ParameterDeclaration {
  const { help = "", required = false, choices = [], name = kebabCase(field) } = options;
  return { field, option: name, kind, choices, required, hasDefault: initial !== undefined, default: initial, help };
}

/** Null where neither the options nor the initialiser tell. */
function kindOf({ choices, type, required }: ParameterOptions, initial: unknown): ParameterKind | null {
  if (choices !== undefined) return "enum";
  if (type !== undefined) return type;
  if (initial === undefined) return required ? "string" : null;
  if (typeof initial === "string" || typeof initial === "number" || typeof initial === "boolean") {
    return typeof initial as "string" | "number" | "boolean";
  }
  return initial !== null && isJsonData(initial) ? "json" : null;
}

function nameMistakes({ field, option }: ParameterDeclaration): readonly MetaflowError[] {
  const place = { where: { parameter: field } };
  if (!/^[a-z][a-z0-9_-]*$/i.test(option)) return [errors.PARAMETER_NAME_INVALID({ option, field }, place)];
  if (RESERVED_OPTIONS.has(comparableOption(option))) return [errors.PARAMETER_RESERVED({ option, field }, place)];
  return [];
}

function valueMistakes(
  parameter: ParameterDeclaration,
  { choices, type, required }: ParameterOptions,
  kind: ParameterKind | null,
): readonly MetaflowError[] {
  const { field, hasDefault, default: initial } = parameter;
  const place = { where: { parameter: field } };
  const found: MetaflowError[] = [];
  if (choices?.length === 0) found.push(errors.PARAMETER_WITHOUT_CHOICES({ field }, place));
  if (choices && type && type !== "string") found.push(errors.PARAMETER_CHOICES_NOT_STRING({ field, type }, place));
  if (hasDefault && required) found.push(errors.PARAMETER_REQUIRED_WITH_DEFAULT({ field }, place));
  if (kind === null) {
    const problem = hasDefault ? errors.PARAMETER_DEFAULT_UNSUPPORTED : errors.PARAMETER_WITHOUT_TYPE;
    found.push(problem({ field }, place));
  } else if (hasDefault && !fitsParameter(parameter, initial)) {
    const mismatch =
      kind === "enum"
        ? errors.PARAMETER_DEFAULT_NOT_A_CHOICE({ field, value: initial, choices: choices ?? [] }, place)
        : errors.PARAMETER_DEFAULT_MISMATCH({ field, kind, actual: describe(initial) }, place);
    found.push(mismatch);
  }
  return found;
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
}

/** `learningRate`, `learning_rate` → `learning-rate`. */
function kebabCase(field: string): string {
  return field
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
