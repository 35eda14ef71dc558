import { isMetaflowError } from "../errors/metaflow-error.js";
import { checkTags } from "../metadata/run-tags.js";
import { someElsewhere } from "../runtime/backends/place-command.js";
import type { LoadedFlow, RunResult, RunSettings } from "../runtime/run-options.js";
import { unlessStopped } from "../runtime/unless-stopped.js";
import type { CommandContext } from "./command.js";
import { createRunDisplay } from "./display/run-display.js";
import { ExitCode } from "./exit-code.js";
import { flowToRun } from "./flow-to-run.js";
import { reportError } from "./report-error.js";
import { chooseBackends, POOL } from "./run-backends.js";
import { createRunIdFile } from "./run-id-file.js";
import { openObservers, type RunObservers } from "./run-observers.js";
import { logBytes, type runOptions } from "./run-options.js";
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
  start: (flow: LoadedFlow, settings: RunSettings) => Promise<RunResult>,
): Promise<ExitCode> {
  const { options, output, cwd } = context;
  const { graph } = await context.flow();
  const tags = checkTags(options.tags);
  const runIdFile = createRunIdFile(options.runIdFile, cwd);
  await runIdFile.check();
  const datastore = await context.datastore();
  const isolation = options.isolation === "process" ? "process" : POOL;
  const backends = await chooseBackends(graph, options.backend ?? isolation, context);
  const asked = options.codePackage ? "asked" : "nowhere";
  const flow = await flowToRun(context, someElsewhere(backends.values()) ? "started" : asked);
  const display = createRunDisplay({ ...context, endStep: graph.end });
  const warn = (message: string): void => display.observe({ type: "run.warning", at: Date.now(), message });
  let observers: RunObservers | undefined;
  let isRegistered = false;
  const signals = watchSignals(() => isRegistered);
  const advice = (): void => output.note("Stopping. Another Ctrl-C stops at once.");
  if (output.isInteractive) signals.stop.addEventListener("abort", advice, { once: true });
  try {
    observers = await unlessStopped(openObservers(options.observers, context, warn), signals.stop);
    const { observe } = observers;
    const { status } = await start(flow, {
      datastore,
      maxWorkers: options.maxWorkers,
      maxNumSplits: options.maxNumSplits,
      maxLogSize: logBytes(options.maxLogSize),
      backends,
      pool: context.pool,
      tags,
      user: context.user(),
      given: context.given,
      async onRunId(runId) {
        isRegistered = true;
        await runIdFile.write(runId);
      },
      observer(event) {
        display.observe(event);
        observe(event);
      },
      stop: signals.stop,
      kill: signals.kill,
    });
    return EXIT_CODES[status];
  } catch (error) {
    const wasStopped = isMetaflowError(error, "MF_RUN_NOT_STARTED");
    if (!isRegistered && !wasStopped) throw error;
    reportError(error, output, context);
    return wasStopped ? ExitCode.cancelled : ExitCode.failed;
  } finally {
    await observers?.close();
    signals.dispose();
    display.dispose();
  }
}
