import { existsSync } from "node:fs";
import type { Writable } from "node:stream";
import type { Environment } from "../config/env.js";
import { errors } from "../errors/codes.js";
import { meantName } from "../util/nearest.js";
import { packageVersion } from "../util/package-version.js";
import { type CommandEntry, commands, findCommand, shownCommands } from "./command-table.js";
import { ExitCode } from "./exit-code.js";
import type { FlowReference } from "./flow-reference.js";
import { createOutput, type Output } from "./output.js";
import type { AskedGroup, MountedCommand } from "./plugin-commands/mount-command.js";
import { exitCodeOf, explainUncaught, reportError } from "./report-error.js";
import { asksForHelp, type ScannedArguments, scanArguments } from "./scan-arguments.js";

/** What the process gives to the command line. */
export interface CliProcess {
  /** The words after `metaflow`. */
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: Environment;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs one command to its end and says how it went. Never throws; resolves when all output has been taken. */
export async function main(cli: CliProcess): Promise<ExitCode> {
  const output = outputOf(cli);
  const code = await runWords(cli, output);
  await output.flush();
  return code;
}

/** Reports an error that nobody caught; what is going on cannot be trusted any more. */
export async function reportUncaught(cli: CliProcess, error: unknown): Promise<ExitCode> {
  const output = outputOf(cli);
  reportError(explainUncaught(error), output, { cwd: cli.cwd, json: wantsJson(cli) });
  await output.flush();
  return ExitCode.failed;
}

/**
 * Reports that loaded code ended the process, or waits for nothing, while the command was not done. Called when the process
 * ends: everything in here happens at once.
 */
export function reportEnded(cli: CliProcess, code: number): number {
  const { command } = scanArguments(cli.words);
  if (commands.some(({ name, mayBeEnded }) => name === command && mayBeEnded === true)) return code;
  const error = errors.PROCESS_ENDED({ code: String(code) });
  reportError(error, outputOf(cli), { cwd: cli.cwd, json: wantsJson(cli) });
  return ExitCode.failed;
}

/** Asked of the words as they are: where they cannot be taken apart, that is an error too. */
function wantsJson({ words }: CliProcess): boolean {
  return words.includes("--json");
}

function outputOf({ words, stdout, stderr, environment }: CliProcess): Output {
  return createOutput({ stdout, stderr, environment, color: !words.includes("--no-color") });
}

async function runWords(cli: CliProcess, output: Output): Promise<ExitCode> {
  let entry: CommandEntry | undefined;
  try {
    const { flow, command, rest } = spellOutHelp(scanArguments(cli.words));
    if (command === null && rest.some((word) => ["--version", "-V", "-v"].includes(word))) {
      output.line(packageVersion());
      return ExitCode.successful;
    }
    if (command === null && (flow === null || asksForHelp(rest))) {
      const [{ overview }, { listPluginCommands }] = await Promise.all([
        import("./overview.js"),
        import("./plugin-commands/find-command.js"),
      ]);
      output.line(overview(flow, output.colors, await listPluginCommands(flow, cli.cwd)));
      return ExitCode.successful;
    }
    const called = await findCalled(command ?? "check", flow, rest, cli);
    if ("group" in called) {
      const { groupOverview } = await import("./overview.js");
      output.line(groupOverview(flow, called, output.colors));
      return ExitCode.successful;
    }
    entry = called.entry;
    const code = await runEntry(entry, flow, called.words, cli, output);
    if (command === null) output.note(`To run the flow: metaflow ${flow?.file} run. For everything else: --help.`);
    return code;
  } catch (error) {
    reportError(error, output, { cwd: cli.cwd, json: wantsJson(cli) });
    return exitCodeOf(error, entry?.onError ?? "refused");
  }
}

/** `help run` is `run --help`, and `help` alone is `--help`. */
function spellOutHelp(scanned: ScannedArguments): ScannedArguments {
  if (scanned.command !== "help") return scanned;
  const command = scanned.rest.find((word) => !word.startsWith("-")) ?? null;
  return { flow: scanned.flow, command, rest: ["--help"] };
}

/** Core's command of that name, else one of a plugin's: nothing is looked for where core has one. */
async function findCalled(
  name: string,
  flow: FlowReference | null,
  words: readonly string[],
  { cwd }: CliProcess,
): Promise<MountedCommand | AskedGroup> {
  const entry = findCommand(name);
  if (entry !== undefined) return { entry, words };
  const { commandRegistry, findPluginCommand } = await import("./plugin-commands/find-command.js");
  const registry = await commandRegistry(flow, cwd);
  const found = await findPluginCommand(registry, name);
  if (found === undefined) throw unknownCommand(name, flow, words, cwd, registry.names("commands"));
  const { mountCommand } = await import("./plugin-commands/mount-command.js");
  return mountCommand(found.command, words, found.from, flow === null ? "metaflow" : `metaflow ${flow.file}`);
}

/**
 * A word that is the name of a file without its ending gets the advice to write it in full, and one that
 * stands where a flow's file should the advice what that is.
 */
function unknownCommand(
  name: string,
  flow: FlowReference | null,
  rest: readonly string[],
  cwd: string,
  plugins: readonly string[],
): Error {
  const line = flow === null ? "metaflow" : `metaflow ${flow.file}`;
  const file = flow === null && existsSync(`${cwd}/${name}.ts`) ? `${name}.ts` : undefined;
  const next = rest.find((word) => !word.startsWith("-"));
  const isInFilesPlace = /[./\\]/.test(name) || (next !== undefined && findCommand(next) !== undefined);
  if (flow === null && file === undefined && isInFilesPlace) return errors.FLOW_FILE_KIND({ file: name });
  return errors.COMMAND_UNKNOWN({
    command: name,
    nearest: file ?? meantName(name, [...shownCommands(), ...plugins]),
    help: `${line} --help`,
  });
}

async function runEntry(
  entry: CommandEntry,
  reference: FlowReference | null,
  words: readonly string[],
  { cwd, environment }: CliProcess,
  output: Output,
): Promise<ExitCode> {
  const [{ runCommand }, { readProfile }] = await Promise.all([
    import("./run-command.js"),
    import("../config/profile.js"),
  ]);
  const profile = readProfile(environment);
  const running = runCommand({ entry, reference, output, cwd, environment, profile }, words);
  // A run goes on when nobody reads what it prints any more; everything else has lost its purpose.
  return entry.outlivesOutput ? await running : await Promise.race([running, readerGone(output)]);
}

function readerGone({ closed }: Output): Promise<ExitCode> {
  return new Promise((done) => closed.addEventListener("abort", () => done(ExitCode.successful), { once: true }));
}
