import type { FlowDefinition } from "../contracts/flow-definition.js";
import type { WorkerPool } from "../runtime/worker-pool.js";
import type { Command, CommandContext } from "./command.js";
import { createContext, createSession, type Session } from "./context.js";
import { type DecoratorOption, decoratorOptions } from "./decorator-options.js";
import { specsOf, withWords } from "./decorator-specs.js";
import { ExitCode } from "./exit-code.js";
import { showReference } from "./flow-reference.js";
import { globalOptions } from "./global-options.js";
import type { OptionSpec } from "./option-spec.js";
import { parseArguments } from "./parse-arguments.js";
import { asksForHelp } from "./scan-arguments.js";

/** Loads a command, takes its words apart and runs it. */
export async function runCommand(
  base: Parameters<typeof createSession>[0],
  words: readonly string[],
): Promise<ExitCode> {
  const session = createSession(base);
  const command = await session.entry.load();
  const pool = command.usesPool && wantsPool(session, words) ? await warmUp() : undefined;
  try {
    const context = await prepare(session, command, words, pool);
    return context === null ? ExitCode.successful : ((await command.run(context)) ?? ExitCode.successful);
  } finally {
    await pool?.close();
  }
}

/** Null where help was asked for, and given. */
async function prepare(
  session: Session,
  command: Command,
  words: readonly string[],
  pool: WorkerPool | undefined,
): Promise<CommandContext | null> {
  const { entry, reference, output } = session;
  // Without a flow a command can still be explained, its parameters left out.
  const needsFlow = entry.flow === "required" && (reference !== null || !asksForHelp(words));
  const definition = needsFlow ? await session.definition() : undefined;
  const declared = definition?.parameters ?? {};
  const added = { ...globalOptions, with: { ...globalOptions.with, hidden: entry.ofStoredRuns } };
  const options = [...Object.values(command.options), ...Object.values(entry.ofStoredRuns ? added : globalOptions)];
  const ofDecorators = definition === undefined ? [] : await addedOptions(session, definition, words, options);
  const grammar = {
    line: commandLine(session),
    summary: entry.summary,
    arguments: command.arguments,
    options,
    decoratorOptions: ofDecorators,
    parameters: command.takesParameters ? declared : {},
    keptParameters: command.keepsParameters ? declared : {},
  };
  const parsed = parseArguments(grammar, words, output);
  return parsed && (await createContext(session, command.options, ofDecorators, parsed, pool));
}

/** Options of the flow's decorators, and of those that `--with` and the environment ask for. */
async function addedOptions(
  { findDecorator, environment }: Session,
  definition: FlowDefinition,
  words: readonly string[],
  options: readonly OptionSpec<unknown>[],
): Promise<readonly DecoratorOption[]> {
  const specs = specsOf(environment, withWords(words));
  if (specs.length === 0) return decoratorOptions(definition, [], options);
  const { findDecorators } = await import("./find-decorator.js");
  const requested = await findDecorators(await findDecorator(), specs);
  return decoratorOptions(definition, [...requested.values()], options);
}

/**
 * A guess, made before the options are known: it costs nothing but a process when it is wrong, and saves the start of
 * one when it is right.
 */
function wantsPool({ reference, environment }: Session, words: readonly string[]): boolean {
  const saysProcess = words.some((word) => word === "process" || /^--(isolation=process|backend\b)/.test(word));
  return reference !== null && !asksForHelp(words) && !saysProcess && environment.METAFLOW_ISOLATION !== "process";
}

async function warmUp(): Promise<WorkerPool> {
  const { createWorkerPool } = await import("../runtime/worker-pool.js");
  return createWorkerPool();
}

function commandLine({ entry, reference }: Session): string {
  const file = entry.flow === "required" ? ["<flow.ts>"] : [];
  return ["metaflow", ...(reference === null ? file : [showReference(reference)]), entry.name].join(" ");
}
