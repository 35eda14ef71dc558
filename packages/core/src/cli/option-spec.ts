import { errors } from "../errors/codes.js";

/** Where an option's text was given, as a person would name it: `--max-workers`, `METAFLOW_MAX_WORKERS`. */
export type OptionSource = string;

/** One option of a command: how it is written and what its text means. */
export interface OptionSpec<T> {
  /** As help shows it: `--max-workers <n>`, `--json`, `-n, --limit <n>`. */
  readonly flags: string;
  readonly help: string;
  /**
   * `MAX_WORKERS` where `METAFLOW_MAX_WORKERS` and `METAFLOW_<COMMAND>_MAX_WORKERS` set it too, in the environment or
   * in a profile.
   */
  readonly variable?: string | undefined;
  /** Another name for `variable`; it gives way to it. */
  readonly alias?: string | undefined;
  /** The setting of `metaflow.config.ts` that sets it too. */
  readonly setting?: string | undefined;
  /** Shown in `--help` as the default. */
  readonly fallbackText?: string | undefined;
  readonly hidden?: boolean | undefined;
  /** May be given more than once; otherwise the last one counts. */
  readonly repeatable: boolean;
  /** The value of the texts that one source gave; undefined where no source gave any. */
  parse(texts: readonly string[] | undefined, source: OptionSource): T;
}

/** What the makers of option kinds take besides the flags. */
export interface OptionDetails {
  readonly help: string;
  readonly variable?: string;
  readonly alias?: string;
  readonly setting?: string;
  readonly fallbackText?: string;
  readonly hidden?: boolean;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The values of a command's options, under the names that the command gave them. */
export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K] extends OptionSpec<infer T> ? T : never;
};

/** Takes any text but the empty one. */
export function textOption(flags: string, details: OptionDetails): OptionSpec<string | undefined> {
  return singleOption(flags, details, undefined, (text, source) => {
    if (text === "") throw invalid(source, text, "a text that is not empty");
    return text;
  });
}

/** Takes whole numbers of at least `min`. Without a `fallback` its value may be undefined. */
export function integerOption<const F extends number | undefined = undefined>(
  flags: string,
  details: OptionDetails & { readonly min?: number; readonly fallback?: F },
): OptionSpec<number | F> {
  const { min = 0, fallback } = details;
  const shown = { ...details, fallbackText: details.fallbackText ?? fallback?.toString() };
  return singleOption<number | F>(flags, shown as OptionDetails, fallback as F, (text, source) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || !Number.isSafeInteger(value) || value < min) {
      throw invalid(source, text, `a whole number of at least ${min}`);
    }
    return value;
  });
}

/** Takes one of some words. */
export function choiceOption<const C extends string>(
  flags: string,
  details: OptionDetails & { readonly choices: readonly C[]; readonly fallback: C },
): OptionSpec<C> {
  const shown = { ...details, fallbackText: details.fallback };
  return singleOption<C>(flags, shown, details.fallback, (text, source) => {
    const found = details.choices.find((choice) => choice === text);
    if (found === undefined) throw invalid(source, text, `one of ${details.choices.join(", ")}`);
    return found;
  });
}

/** On or off. Takes no value on the command line, and `true` or `false` elsewhere. */
export function flagOption(flags: string, details: OptionDetails): OptionSpec<boolean> {
  return singleOption(flags, details, false, (text, source) => {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    if (/^(false|0|no|off|)$/i.test(text)) return false;
    throw invalid(source, text, "true or false");
  });
}

/** May be given more than once; all of them count. */
export function listOption(flags: string, details: OptionDetails): OptionSpec<readonly string[]> {
  return { ...details, flags, repeatable: true, parse: (texts) => texts ?? [] };
}

/** The long name without dashes: `max-workers` of `--max-workers <n>`. */
export function optionName(flags: string): string {
  const long = /--([^\s,=]+)/.exec(flags)?.[1];
  if (long === undefined) throw new Error(`Option '${flags}' has no long name.`);
  return long;
}

/** An option of which the last text counts; `fallback` where none was given. */
export function singleOption<T>(
  flags: string,
  details: OptionDetails,
  fallback: T,
  parse: (text: string, source: OptionSource) => T,
): OptionSpec<T> {
  return {
    ...details,
    flags,
    repeatable: false,
    parse(texts, source) {
      const text = texts?.at(-1);
      return text === undefined ? fallback : parse(text, source);
    },
  };
}

function invalid(source: OptionSource, text: string, expected: string): Error {
  return errors.OPTION_INVALID({ option: source, text, expected });
}
