import type { CliCommand, CommandGroup, SingleCommand } from "../../contracts/cli-command.js";
import { errors } from "../../errors/codes.js";
import { isMetaflowError } from "../../errors/metaflow-error.js";
import { commandProblems } from "../../registry/check-command.js";
import { meantName } from "../../util/nearest.js";
import type { Command, CommandContext } from "../command.js";
import type { CommandEntry } from "../command-table.js";
import { type ExitCode, ExitCode as exitCodes } from "../exit-code.js";
import { takesNextWord } from "../global-options.js";
import type { OptionSpecs } from "../option-spec.js";
import { exitCodeOf, reportError } from "../report-error.js";
import { runOptions } from "../run-options.js";
import { asksForHelp } from "../scan-arguments.js";
import { pluginContext } from "./command-context.js";
import { optionSpecs } from "./option-specs.js";

/** A command of a plugin, ready to be called with the words that are left. */
export interface MountedCommand {
  readonly entry: CommandEntry;
  readonly words: readonly string[];
}

/** A group whose commands were asked for rather than one of them. */
export interface AskedGroup {
  readonly group: CommandGroup;
  /** `acme pipelines` */
  readonly path: string;
}

/**
 * Takes the words of a group's commands away, and makes of the command one like core's own.
 *
 * @param from the package that it comes from, for errors
 * @param line the command line before the command's name: `metaflow train.ts`
 * @throws PLUGIN_COMMAND_INVALID; COMMAND_UNKNOWN and USAGE for a group
 */
export function mountCommand(
  command: CliCommand,
  words: readonly string[],
  from: string,
  line: string,
): MountedCommand | AskedGroup {
  const problems = commandProblems(command);
  if (problems.length > 0) throw errors.PLUGIN_COMMAND_INVALID({ command: command.name, from, problems });
  return descend(command, words, command.name, from, line);
}

function descend(
  command: CliCommand,
  words: readonly string[],
  path: string,
  from: string,
  line: string,
): MountedCommand | AskedGroup {
  if (!("commands" in command)) return { entry: entryOf(command, path, from, line), words };
  const at = firstName(words);
  const name = words[at];
  const called = `${line} ${path}`;
  if (name === undefined) {
    if (asksForHelp(words)) return { group: command, path };
    const known = command.commands.map((each) => each.name).join(", ");
    throw errors.USAGE({ problem: `\`${called}\` needs one of its commands: ${known}`, command: called });
  }
  const found = command.commands.find((each) => each.name === name);
  if (found !== undefined) return descend(found, words.toSpliced(at, 1), `${path} ${name}`, from, line);
  const nearest = meantName(
    name,
    command.commands.map((each) => each.name),
  );
  throw errors.COMMAND_UNKNOWN({ command: `${path} ${name}`, nearest, help: `${called} --help` });
}

/** Where the first word is that is neither an option nor the value of one that all commands have. */
function firstName(words: readonly string[]): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (!word.startsWith("-")) return i;
    if (takesNextWord(word)) i++;
  }
  return words.length;
}

function entryOf(command: SingleCommand, path: string, from: string, line: string): CommandEntry {
  return {
    name: path,
    summary: command.summary,
    flow: command.flow,
    onError: "refused",
    outlivesOutput: command.startsRuns === true,
    load: async () => commandOf(command, path, from, line),
  };
}

function commandOf(command: SingleCommand, path: string, from: string, line: string): Command<OptionSpecs> {
  const { arguments: args = {}, options = {}, takesParameters = false, startsRuns = false } = command;
  return {
    arguments: Object.entries(args).map(([name, { help, optional, many }]) => ({
      syntax: many === true ? `[${name}...]` : optional === true ? `[${name}]` : `<${name}>`,
      help,
    })),
    options: { ...(startsRuns ? runOptions : {}), ...optionSpecs(options) },
    takesParameters,
    usesPool: startsRuns,
    run: (context) => execute(command, path, from, line, context),
  };
}

/** Tells errors of the command itself, which tried something, from those of what core prepares for it. */
async function execute(
  command: SingleCommand,
  path: string,
  from: string,
  line: string,
  context: CommandContext,
): Promise<ExitCode> {
  const refusals = new WeakSet<object>();
  const plugin = pluginContext(command, `${line} ${path}`, context, refusals);
  try {
    return exitCodes[(await command.run(plugin)) ?? "successful"];
  } catch (error) {
    if (typeof error === "object" && error !== null && refusals.has(error)) throw error;
    const failure = isMetaflowError(error) ? error : failed(path, from, error);
    reportError(failure, context.output, context);
    return exitCodeOf(failure, "failed");
  }
}

function failed(command: string, from: string, cause: unknown): Error {
  const reason = cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause);
  return errors.PLUGIN_COMMAND_FAILED({ command, from, reason }, { cause });
}
