import type { CliCommand, CommandArgument, CommandOption, SingleCommand } from "../contracts/cli-command.js";

const WORD = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const FIELD = /^[a-z][A-Za-z0-9]*$/;
const KINDS: readonly string[] = ["text", "integer", "choice", "flag", "list"];

/** Options of every command. A test of the command line keeps both lists true. */
export const OPTIONS_EVERYWHERE: readonly string[] = [
  "datastore",
  "datastore-root",
  "help",
  "json",
  "metadata",
  "no-color",
  "quiet",
  "with",
];

/** Options of `metaflow run`, which a command with `startsRuns` has too. */
export const OPTIONS_OF_RUNS: readonly string[] = [
  "backend",
  "code-package",
  "environment",
  "isolation",
  "max-log-size",
  "max-num-splits",
  "max-workers",
  "observer",
  "observers",
  "package-suffixes",
  "run-id-file",
  "tag",
  "tags",
];

/** What is wrong with a command, or with those of a group: half sentences; empty where all is well. */
export function commandProblems(command: CliCommand): readonly string[] {
  const { name, summary } = command;
  const own = [
    ...(WORD.test(name) ? [] : [`'${name}' is no name of lower-case words with dashes between them`]),
    ...(isLine(summary) ? [] : [`the summary of '${name}' is no line of text`]),
  ];
  if (!("commands" in command)) return [...own, ...singleProblems(command)];
  const names = command.commands.map((each) => each.name);
  const twice = names.filter((each, i) => names.indexOf(each) !== i);
  return [
    ...own,
    ...(names.length === 0 ? [`the group '${name}' has no commands`] : []),
    ...twice.map((each) => `the group '${name}' has two commands '${each}'`),
    ...command.commands.flatMap((each) => commandProblems(each)),
  ];
}

/** `dry-run` of an option's field `dryRun`. */
export function optionOfField(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function singleProblems(command: SingleCommand): readonly string[] {
  const { name, flow, arguments: args = {}, options = {} } = command;
  const reserved = command.startsRuns === true ? [...OPTIONS_EVERYWHERE, ...OPTIONS_OF_RUNS] : OPTIONS_EVERYWHERE;
  return [
    ...(typeof command.run === "function" ? [] : [`'${name}' has no function 'run'`]),
    ...(["required", "optional", "ignored"].includes(flow) ? [] : [`'${name}' does not say whether it takes a flow`]),
    ...(command.startsRuns === true && flow !== "required" ? [`'${name}' starts runs without a flow`] : []),
    ...argumentProblems(Object.entries(args)),
    ...Object.entries(options).flatMap(([field, option]) => optionProblems(field, option, reserved)),
    ...shortProblems(Object.values(options)),
  ];
}

function argumentProblems(args: readonly (readonly [string, CommandArgument])[]): readonly string[] {
  return args.flatMap(([name, { help, optional, many }], i) => [
    ...(FIELD.test(name) ? [] : [`'${name}' is no name of an argument`]),
    ...(isLine(help) ? [] : [`the argument '${name}' has no help`]),
    ...(many === true && i < args.length - 1 ? [`'${name}' takes all that is left and is not the last argument`] : []),
    ...(optional !== true && many !== true && args[i - 1]?.[1].optional === true
      ? [`'${name}' has to be given and stands behind an argument that need not`]
      : []),
  ]);
}

function optionProblems(field: string, option: CommandOption, reserved: readonly string[]): readonly string[] {
  const flag = optionOfField(field);
  if (!FIELD.test(field)) return [`'${field}' is no name of an option`];
  if (reserved.includes(flag)) return [`--${flag} is an option that the command has already`];
  if (!KINDS.includes(option.kind)) return [`--${flag} is of the unknown kind '${option.kind}'`];
  return [
    ...(isLine(option.help) ? [] : [`--${flag} has no help`]),
    ...(option.short === undefined || /^[a-zA-Z]$/.test(option.short) ? [] : [`-${option.short} is no letter`]),
    ...(option.variable === undefined || /^[A-Z][A-Z0-9_]*$/.test(option.variable)
      ? []
      : [`'${option.variable}' is no name of a variable`]),
    ...(option.kind === "choice" ? choiceProblems(flag, option.choices, option.fallback) : []),
  ];
}

function choiceProblems(flag: string, choices: readonly string[], fallback: string | undefined): readonly string[] {
  if (choices.length === 0) return [`--${flag} has nothing to choose from`];
  return fallback === undefined || choices.includes(fallback) ? [] : [`'${fallback}' is no choice of --${flag}`];
}

function shortProblems(options: readonly CommandOption[]): readonly string[] {
  const letters = options.flatMap(({ short }) => short ?? []);
  const taken = letters.filter((letter, i) => letter === "h" || letters.indexOf(letter) !== i);
  return taken.map((letter) => `-${letter} is taken twice`);
}

function isLine(text: unknown): boolean {
  return typeof text === "string" && text.trim() !== "" && !text.includes("\n");
}
