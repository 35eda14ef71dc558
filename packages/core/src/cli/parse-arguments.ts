import { CommanderError, Option, Command as Parser } from "commander";
import type { ParameterDeclaration } from "../contracts/parameter.js";
import { errors } from "../errors/codes.js";
import { describeParameters, type ParameterDescription } from "../params/describe-parameters.js";
import { meantName } from "../util/nearest.js";
import type { ArgumentSpec } from "./command.js";
import type { DecoratorOption } from "./decorator-options.js";
import { globalOptions } from "./global-options.js";
import { type OptionSpec, optionName } from "./option-spec.js";
import type { Output } from "./output.js";

/** What a command's line is taken apart by. */
export interface Grammar {
  /** The line so far: `metaflow train.ts run`. */
  readonly line: string;
  readonly summary: string;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: readonly OptionSpec<unknown>[];
  /** Those that the flow's decorators add. */
  readonly decoratorOptions?: readonly DecoratorOption[];
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** Parameters of the flow that the command takes from an earlier run. */
  readonly keptParameters?: Readonly<Record<string, ParameterDeclaration>>;
}

export interface ParsedArguments {
  readonly args: readonly string[];
  /** The texts of each option that was given, by its long name without dashes. */
  readonly given: ReadonlyMap<string, readonly string[]>;
}

/**
 * Takes a command's words apart. Null where help was asked for; it has then been printed.
 *
 * @throws OPTION_UNKNOWN, RESUME_PARAMETER_GIVEN, USAGE
 */
export function parseArguments(grammar: Grammar, words: readonly string[], output: Output): ParsedArguments | null {
  const given = new Map<string, string[]>();
  const parser = createParser(grammar, output, (name, text) => given.set(name, [...(given.get(name) ?? []), text]));
  try {
    parser.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return null;
    throw usageError(error, grammar, parser);
  }
  return { args: parser.args, given };
}

function createParser(grammar: Grammar, output: Output, give: (name: string, text: string) => void): Parser {
  const parser = new Parser(grammar.line)
    .description(grammar.summary)
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: output.write,
      // The error itself is thrown, and told where all errors are.
      writeErr: () => {},
      getOutHelpWidth: () => Math.min(output.width, 120),
    })
    .helpOption("-h, --help", "print this help");
  for (const { syntax, help } of grammar.arguments) parser.argument(syntax, help);
  const names = parameterNames(Object.values(grammar.parameters));
  for (const parameter of describeParameters(grammar.parameters)) addParameter(parser, parameter, names, give);
  const globals = new Set<OptionSpec<unknown>>(Object.values(globalOptions));
  for (const option of grammar.options) {
    // A flow may have a parameter of the same name as an option that is not reserved.
    if (names.all.has(optionName(option.flags))) continue;
    addOption(parser, option, globals.has(option) ? "Global options:" : "Options:", give);
  }
  for (const { decorator, spec } of grammar.decoratorOptions ?? []) {
    addOption(parser, spec, `Options of @${decorator}:`, give);
  }
  return parser;
}

interface ParameterNames {
  readonly booleans: ReadonlySet<string>;
  /** `no-verbose` of a boolean `verbose`, unless a parameter is itself called that. */
  readonly negations: ReadonlySet<string>;
  readonly all: ReadonlySet<string>;
}

function parameterNames(parameters: readonly ParameterDeclaration[]): ParameterNames {
  const names = parameters.map(({ option }) => option);
  const booleans = parameters.filter(({ kind }) => kind === "boolean").map(({ option }) => option);
  const negations = booleans.map((name) => `no-${name}`).filter((name) => !names.includes(name));
  return { booleans: new Set(booleans), negations: new Set(negations), all: new Set([...names, ...negations]) };
}

function addOption(
  parser: Parser,
  spec: OptionSpec<unknown>,
  group: string,
  give: (name: string, text: string) => void,
): void {
  const name = optionName(spec.flags);
  const notes = [
    ...(spec.fallbackText === undefined ? [] : [`default: ${spec.fallbackText}`]),
    ...(spec.variable === undefined ? [] : [`env: METAFLOW_${spec.variable}`]),
    ...(spec.repeatable ? ["repeatable"] : []),
  ];
  const option = new Option(spec.flags, withNotes(spec.help, notes)).helpGroup(group).hideHelp(spec.hidden ?? false);
  add(parser, option, (text) => give(name, text ?? "true"));
}

/** A boolean takes a value, or stands alone, or is negated: `--flag false`, `--flag`, `--no-flag`. */
function addParameter(
  parser: Parser,
  { flag, placeholder, help, defaultText, required, variable }: ParameterDescription,
  names: ParameterNames,
  give: (name: string, text: string) => void,
): void {
  const name = flag.slice(2);
  const isBoolean = names.booleans.has(name);
  const notes = [
    ...(required ? ["required"] : []),
    ...(defaultText === null ? [] : [`default: ${defaultText}`]),
    `env: ${variable}`,
  ];
  const value = isBoolean ? `[${placeholder.slice(1, -1)}]` : placeholder;
  const option = new Option(`${flag} ${value}`, withNotes(help, notes)).helpGroup("Parameters:");
  add(parser, option, (text) => give(name, text ?? "true"));
  if (!names.negations.has(`no-${name}`)) return;
  add(parser, new Option(`--no-${name}`).hideHelp(), () => give(name, "false"));
}

function add(parser: Parser, option: Option, give: (text: string | null | undefined) => void): void {
  // `--no-cache` of a parameter `noCache` is a name like any other; values are kept here, not by the parser.
  option.negate = false;
  parser.addOption(option);
  parser.on(`option:${option.name()}`, give);
}

function withNotes(help: string, notes: readonly string[]): string {
  const rest = notes.length === 0 ? "" : `(${notes.join(", ")})`;
  return help === "" ? rest : `${help} ${rest}`.trimEnd();
}

/** The dashes are right in any case, and say nothing about what was meant. */
function meantOption(option: string, known: readonly string[]): string | undefined {
  const [dashes = "", name = ""] = option.split(/(?<=^-+)(?!-)/);
  const meant = meantName(
    name || dashes,
    known.map((long) => long.slice(2)),
  );
  return meant === undefined ? undefined : `--${meant}`;
}

function usageError(error: CommanderError, { line, keptParameters = {} }: Grammar, parser: Parser): Error {
  const problem = error.message.replace(/^error: /, "").replace(/\.$/, "");
  const option = /^unknown option '([^'=]*)/.exec(problem)?.[1];
  if (option === undefined) {
    return errors.USAGE({ problem: problem.charAt(0).toUpperCase() + problem.slice(1), command: line });
  }
  if (parameterNames(Object.values(keptParameters)).all.has(option.slice(2))) {
    return errors.RESUME_PARAMETER_GIVEN({ option });
  }
  const known = parser.options.filter(({ hidden }) => !hidden).flatMap(({ long }) => long ?? []);
  return errors.OPTION_UNKNOWN({ option, command: line, nearest: meantOption(option, known) });
}
