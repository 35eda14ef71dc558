import type { Environment } from "../config/env.js";
import type { Profile } from "../config/profile.js";
import type { ProjectConfig } from "../registry/define-config.js";
import { type OptionSpec, type OptionSpecs, type OptionValues, optionName } from "./option-spec.js";

/** Where values come from, the first one that has one wins. */
export interface OptionLayers {
  /** By long name: the command line. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly environment: Environment;
  readonly config: ProjectConfig;
  readonly profile: Profile;
  /** The command's name, with its group's: `METAFLOW_RUN_MAX_WORKERS` is for `run` only. */
  readonly command: string;
}

interface Found {
  readonly texts: readonly string[];
  readonly source: string;
}

/** The values of a command's options: from the flag, the environment, the project's config, the profile, the default. */
export function resolveOptions<O extends OptionSpecs>(specs: O, layers: OptionLayers): OptionValues<O> {
  const values = Object.entries(specs).map(([key, spec]) => [key, resolveOption(spec, layers)]);
  return Object.fromEntries(values) as OptionValues<O>;
}

/** The value of one option. @throws OPTION_INVALID naming the flag, the variable or the setting */
export function resolveOption<T>(spec: OptionSpec<T>, layers: OptionLayers): T {
  const found = find(spec, layers);
  return found === undefined ? spec.parse(undefined, "") : spec.parse(found.texts, found.source);
}

/** The same, but undefined where nobody gave the option. */
export function findOption<T>(spec: OptionSpec<T>, layers: OptionLayers): T | undefined {
  const found = find(spec, layers);
  return found && spec.parse(found.texts, found.source);
}

function find(spec: OptionSpec<unknown>, layers: OptionLayers): Found | undefined {
  return (
    fromCommandLine(spec, layers) ??
    fromVariables(spec, layers.environment, layers.command, "") ??
    fromConfig(spec, layers.config) ??
    fromVariables(spec, layers.profile, layers.command, " in the profile")
  );
}

function fromCommandLine(spec: OptionSpec<unknown>, { given }: OptionLayers): Found | undefined {
  const name = optionName(spec.flags);
  const texts = given.get(name);
  return texts && { texts, source: `--${name}` };
}

/** A variable that is set to nothing is how scripts leave one out. */
function fromVariables(
  spec: OptionSpec<unknown>,
  variables: Readonly<Record<string, string | undefined>>,
  command: string,
  where: string,
): Found | undefined {
  const prefix = command.toUpperCase().replaceAll(/[- ]/g, "_");
  const names = [spec.variable, spec.alias].flatMap((variable) =>
    variable === undefined
      ? []
      : [`METAFLOW_${prefix}_${variable}`, `METAFLOW_${variable}`, `METAFLOW_DEFAULT_${variable}`],
  );
  const name = names.find((candidate) => variables[candidate]);
  const text = name === undefined ? undefined : variables[name];
  if (!text) return undefined;
  const texts = spec.repeatable ? text.split(/\s+/).filter((part) => part !== "") : [text];
  return { texts, source: `${name}${where}` };
}

/** Of what is set by name, with more to say about each, the names. */
function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === "object" && value !== null ? Object.keys(value) : [String(value)];
}

function fromConfig(spec: OptionSpec<unknown>, config: ProjectConfig): Found | undefined {
  if (spec.setting === undefined) return undefined;
  const value = spec.setting.split(".").reduce<unknown>((found, key) => {
    return typeof found === "object" && found !== null ? (found as Readonly<Record<string, unknown>>)[key] : undefined;
  }, config);
  if (value === undefined) return undefined;
  const texts = textsOf(value);
  return { texts, source: `${spec.setting} in metaflow.config.ts` };
}
