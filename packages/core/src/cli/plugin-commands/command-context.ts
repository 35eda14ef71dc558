import type {
  CommandOutput,
  CommandRunResult,
  CommandContext as PluginContext,
  SingleCommand,
} from "../../contracts/cli-command.js";
import { errors } from "../../errors/codes.js";
import { once } from "../../util/once.js";
import type { CommandContext } from "../command.js";
import { executeRun } from "../execute-run.js";
import { ExitCode } from "../exit-code.js";
import { showReference } from "../flow-reference.js";
import { openClient } from "../reading/open-client.js";
import type { runOptions } from "../run-options.js";
import { watchSignals } from "../run-signals.js";

/** Errors of core's own preparation: where one of them ends a command, nothing was tried. */
export type Refusals = WeakSet<object>;

/** What a plugin's command gets of the context that core's commands have. */
export function pluginContext(
  command: SingleCommand,
  line: string,
  context: CommandContext,
  refusals: Refusals,
): PluginContext {
  const { cwd, environment, flowReference } = context;
  const signals = once(watchSignals);
  const refusing = async <T>(prepare: () => Promise<T>): Promise<T> => {
    try {
      return await prepare();
    } catch (error) {
      if (typeof error === "object" && error !== null) refusals.add(error);
      throw error;
    }
  };
  return {
    args: namedArguments(command, context.args),
    options: context.options as PluginContext["options"],
    output: outputOf(context),
    cwd,
    environment,
    user: context.user(),
    flowFile: flowReference && showReference(flowReference),
    get signal() {
      return signals().stop;
    },
    settings: () => context.config(),
    graph: () => refusing(async () => (await context.flow()).graph),
    parameters: () => refusing(() => context.parameters({})),
    datastore: () => context.datastore(),
    serializers: async () => (await context.registry()).serializers,
    client: async () => (await openClient(context)).client,
    run: () => runTheFlow(context, refusing),
    misuse: (problem) => errors.USAGE({ problem, command: line }),
  };
}

function namedArguments({ arguments: specs = {} }: SingleCommand, args: readonly string[]): PluginContext["args"] {
  const named = Object.entries(specs).map(([name, { many }], i) => [name, many === true ? args.slice(i) : args[i]]);
  return Object.fromEntries(named);
}

function outputOf({ output, json, quiet }: CommandContext): CommandOutput {
  return {
    result: (data, text) => (json ? output.json(data) : output.line(text)),
    note: (text) => (quiet ? undefined : output.note(text)),
    warning: (text) => output.note(`Warning: ${text}`),
  };
}

/** The command declared `startsRuns`: its options are those of `run` as well. */
async function runTheFlow(
  context: CommandContext,
  refusing: <T>(prepare: () => Promise<T>) => Promise<T>,
): Promise<CommandRunResult> {
  const running = context as CommandContext<typeof runOptions>;
  await refusing(() => context.flow());
  const [{ runFlow }, { startDecorators }] = await Promise.all([
    import("../../runtime/run-flow.js"),
    import("../../runtime/start-decorators.js"),
  ]);
  let runId: string | null = null;
  const code = await executeRun(running, async (flow, settings) => {
    const started = await refusing(() => startDecorators(flow, { ...settings, origin: null }));
    const parameters = await refusing(() => context.parameters(started.parameters));
    const result = await runFlow({ flow, started, parameters, ...settings });
    runId = result.runId;
    return result;
  });
  const status = code === ExitCode.successful ? "successful" : code === ExitCode.cancelled ? "cancelled" : "failed";
  return { status, runId };
}
