import { closest } from "fastest-levenshtein";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import { errors } from "../errors/codes.js";
import type { MetaflowError } from "../errors/metaflow-error.js";
import { jsonErrorOffset } from "./json-data.js";
import { oneError } from "./one-error.js";
import { parseValue } from "./parse-value.js";

export interface ParameterSources {
  readonly declarations: Readonly<Record<string, ParameterDeclaration>>;
  /** Texts from the command line, by option without dashes. */
  readonly cli: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that stand in for what nobody gave, by field. */
  readonly added?: Readonly<Record<string, unknown>> | undefined;
}

export interface ResolvedParameters {
  /** By field, one for every parameter; undefined where an optional one was not given. Complete only without problems. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Everything that is wrong, so that one run of the command tells it all. */
  readonly problems: readonly MetaflowError[];
}

/** The values that a run starts with: from the command line, else the environment, else those added, else the defaults. */
export function resolveParameters({ declarations, cli, env, added = {} }: ParameterSources): ResolvedParameters {
  const parameters = Object.values(declarations);
  const problems = unknownOptions(parameters, Object.keys(cli));
  const values: Record<string, unknown> = {};
  for (const parameter of parameters) {
    const given = givenText(parameter, cli, env);
    if (given === null) {
      const { field } = parameter;
      const isAdded = Object.hasOwn(added, field);
      values[field] = isAdded ? added[field] : parameter.default;
      if (parameter.required && !isAdded) problems.push(missing(parameter));
      continue;
    }
    const parsed = parseValue(given.text, parameter);
    if ("value" in parsed) values[parameter.field] = parsed.value;
    else problems.push(bad(parameter, given, parsed.problem));
  }
  return { values, problems };
}

/** What to throw where the problems are not none. */
export function parametersError(problems: readonly MetaflowError[]): MetaflowError {
  return oneError(problems, (messages) => errors.PARAMETERS_INVALID({ problems: messages }));
}

/** The environment variable of an option: `METAFLOW_RUN_LEARNING_RATE` for `learning-rate`. */
export function parameterVariable(option: string): string {
  return `METAFLOW_RUN_${option.toUpperCase().replaceAll("-", "_")}`;
}

interface GivenText {
  readonly text: string;
  /** As a person wrote it: `--alpha` or `METAFLOW_RUN_ALPHA`. */
  readonly source: string;
}

function givenText(
  { option }: ParameterDeclaration,
  cli: ParameterSources["cli"],
  env: ParameterSources["env"],
): GivenText | null {
  const flag = cli[option];
  if (flag !== undefined) return { text: flag, source: `--${option}` };
  const variable = parameterVariable(option);
  const text = env[variable];
  // A variable that is set to nothing is how scripts and manifests leave one out.
  return text ? { text, source: variable } : null;
}

function unknownOptions(parameters: readonly ParameterDeclaration[], given: readonly string[]): MetaflowError[] {
  const known = parameters.map(({ option }) => option);
  return given
    .filter((option) => !known.includes(option))
    .map((option) => errors.PARAMETER_UNKNOWN({ option, known, nearest: nearest(option, known) }));
}

function missing({ field, option }: ParameterDeclaration): MetaflowError {
  return errors.PARAMETER_MISSING({ option, variable: parameterVariable(option) }, { where: { parameter: field } });
}

function bad(parameter: ParameterDeclaration, { text, source }: GivenText, problem: string): MetaflowError {
  const suggestion = parameter.kind === "enum" ? nearest(text, parameter.choices) : null;
  return errors.PARAMETER_VALUE_INVALID(
    { source, problem, nearest: suggestion },
    { where: { parameter: parameter.field }, fix: parameter.kind === "json" ? jsonFix(text, source) : undefined },
  );
}

/** Shows a list with commas as the JSON that was meant; quotes are for the shell. */
function jsonFix(text: string, source: string): string {
  const separator = source.startsWith("--") ? " " : "=";
  const isList = !/^\s*[[{]/.test(text) && text.includes(",");
  if (!isList) return `Write JSON, in quotes for the shell, as in ${source}${separator}'[1,2,3]'.`;
  const items = text.split(",").map((item) => (jsonErrorOffset(item) === null ? JSON.parse(item) : item.trim()));
  return `Write a list as JSON: ${source}${separator}'${JSON.stringify(items)}'.`;
}

function nearest(wanted: string, known: readonly string[]): string | null {
  return known.length === 0 ? null : closest(wanted, known);
}
