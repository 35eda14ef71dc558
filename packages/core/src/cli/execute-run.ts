import type { RunResult, RunSettings } from "../runtime/run-options.js";
import type { CommandContext } from "./command.js";
import { createRunDisplay } from "./display/run-display.js";
import { ExitCode } from "./exit-code.js";
import type { OptionValues } from "./option-spec.js";
import { reportError } from "./report-error.js";
import { createRunIdFile } from "./run-id-file.js";
import { checkTags, logBytes, type runOptions } from "./run-options.js";
import { watchSignals } from "./run-signals.js";

const EXIT_CODES = {
  successful: ExitCode.successful,
  failed: ExitCode.failed,
  cancelled: ExitCode.cancelled,
} as const;

/**
 * Drives a run with the command's options, display and signals. An error before the run has an id is thrown, since
 * nothing has happened; after that it is reported as a failure.
 */
export async function executeRun(
  context: CommandContext<typeof runOptions>,
  start: (settings: RunSettings) => Promise<RunResult>,
): Promise<ExitCode> {
  const { options, output, cwd } = context;
  const tags = checkTags(options.tags);
  const runIdFile = createRunIdFile(options.runIdFile, cwd);
  await runIdFile.check();
  const datastore = await context.datastore();
  const { graph } = await context.flow();
  const display = createRunDisplay({ ...context, endStep: graph.end });
  const signals = watchSignals();
  let isRegistered = false;
  try {
    const { status } = await start({
      datastore,
      ...runSettings(options),
      pool: context.pool,
      tags,
      user: context.user(),
      async onRunId(runId) {
        isRegistered = true;
        await runIdFile.write(runId);
      },
      observer: display.observe,
      stop: signals.stop,
      kill: signals.kill,
    });
    return EXIT_CODES[status];
  } catch (error) {
    if (!isRegistered) throw error;
    reportError(error, output, cwd);
    return ExitCode.failed;
  } finally {
    signals.dispose();
    display.dispose();
  }
}

/** The limits that the options set, in the units of the runtime. */
export function runSettings(
  options: Pick<OptionValues<typeof runOptions>, "maxWorkers" | "maxNumSplits" | "maxLogSize" | "isolation">,
): Pick<RunSettings, "maxWorkers" | "maxNumSplits" | "maxLogSize" | "isolation"> {
  const { maxWorkers, maxNumSplits, maxLogSize, isolation } = options;
  return { maxWorkers, maxNumSplits, maxLogSize: logBytes(maxLogSize), isolation };
}
