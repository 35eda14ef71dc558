import type { Environment } from "../config/env.js";
import { type DecoratorSpec, parseDecoratorSpec } from "../decorators/parse-spec.js";
import { globalOptions } from "./global-options.js";
import { optionName } from "./option-spec.js";

const VARIABLE = "METAFLOW_DEFAULT_DECOSPECS";
const WITH = optionName(globalOptions.with.flags);

/** Decorators that are asked for beside the source: by `--with`, which wins, and by the environment. */
export function specsOf(environment: Environment, withTexts: readonly string[]): readonly DecoratorSpec[] {
  const defaults = (environment[VARIABLE] ?? "").split(/\s+/).filter((spec) => spec !== "");
  return [
    ...withTexts.map((spec) => parseDecoratorSpec(spec, `--${WITH}`)),
    ...defaults.map((spec) => parseDecoratorSpec(spec, VARIABLE)),
  ];
}

/** What was given for `--with`. */
export function withTexts(given: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return given.get(WITH) ?? [];
}

/** The same from words that are not taken apart yet: what options there are depends on the decorators. */
export function withWords(words: readonly string[]): readonly string[] {
  return words.flatMap((word, k) => {
    if (word.startsWith(`--${WITH}=`)) return [word.slice(`--${WITH}=`.length)];
    const next = words[k + 1];
    return word === `--${WITH}` && next !== undefined ? [next] : [];
  });
}
