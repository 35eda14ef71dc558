import type { CommandOption, CommandOptions } from "../../contracts/cli-command.js";
import { errors } from "../../errors/codes.js";
import { optionOfField } from "../../registry/check-command.js";
import {
  choiceOption,
  flagOption,
  integerOption,
  listOption,
  type OptionDetails,
  type OptionSpec,
  type OptionSpecs,
  singleOption,
} from "../option-spec.js";

/** The options of a plugin's command, as the command line takes them. */
export function optionSpecs(options: CommandOptions): OptionSpecs {
  return Object.fromEntries(Object.entries(options).map(([field, option]) => [field, optionSpec(field, option)]));
}

function optionSpec(field: string, option: CommandOption): OptionSpec<unknown> {
  const flags = flagsOf(field, option);
  const details = detailsOf(option);
  switch (option.kind) {
    case "flag":
      return flagOption(flags, details);
    case "list":
      return listOption(flags, details);
    case "integer":
      return integerOption<number | undefined>(flags, { ...details, min: option.min ?? 0, fallback: option.fallback });
    case "choice":
      return option.fallback === undefined
        ? optionalChoice(flags, details, option.choices)
        : choiceOption(flags, { ...details, choices: option.choices, fallback: option.fallback });
    case "text":
      return singleOption(flags, details, option.fallback, (text, source) => {
        if (text === "") throw errors.OPTION_INVALID({ option: source, text, expected: "a text that is not empty" });
        return text;
      });
  }
}

function optionalChoice(flags: string, details: OptionDetails, choices: readonly string[]): OptionSpec<unknown> {
  return singleOption<string | undefined>(flags, details, undefined, (text, source) => {
    if (choices.includes(text)) return text;
    throw errors.OPTION_INVALID({ option: source, text, expected: `one of ${choices.join(", ")}` });
  });
}

function flagsOf(field: string, option: CommandOption): string {
  const short = option.short === undefined ? "" : `-${option.short}, `;
  const choices = option.kind === "choice" ? option.choices.join("|") : option.kind;
  const value = option.kind === "flag" ? "" : ` <${option.value ?? (option.kind === "list" ? "text" : choices)}>`;
  return `${short}--${optionOfField(field)}${value}`;
}

function detailsOf(option: CommandOption): OptionDetails {
  const { help, variable, setting, hidden } = option;
  const fallback = "fallback" in option ? option.fallback : undefined;
  return {
    help,
    ...(variable !== undefined && { variable }),
    ...(setting !== undefined && { setting }),
    ...(hidden !== undefined && { hidden }),
    ...(fallback !== undefined && { fallbackText: String(fallback) }),
  };
}
