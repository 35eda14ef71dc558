import type { RunObserver } from "../../contracts/run-events.js";
import { runStep } from "../../runtime/run-step.js";
import { type CommandContext, defineCommand } from "../command.js";
import { ExitCode } from "../exit-code.js";
import { flagOption, integerOption, textOption } from "../option-spec.js";
import { logBytes, maxLogSizeOption } from "../run-options.js";
import { watchSignals } from "../run-signals.js";
import { pathspecParts } from "../task-pathspec.js";

const THIS_MACHINE = "127.0.0.1";
const PARTS = ["Flow", "run", "step", "task"] as const;

export const stepCommand = defineCommand({
  arguments: [{ syntax: "<pathspec>", help: "the task: Flow/run/step/task" }],
  options: {
    attempt: integerOption("--attempt <n>", { help: "which try of the task this is", fallback: 0 }),
    fallback: flagOption("--fallback", {
      help: "let the decorators stand for the step, after its last failed attempt",
    }),
    gangStart: textOption("--gang-start <id>", {
      help: "of a numParallel task: what tells this start of its tasks from others",
    }),
    mainIp: textOption("--main-ip <address>", {
      help: "where the first of them can be reached",
      fallbackText: THIS_MACHINE,
    }),
    mainPort: integerOption("--main-port <port>", { help: "the port there that they may use", fallback: 29_500 }),
    maxLogSize: maxLogSizeOption,
  },
  async run(context) {
    const { args, options } = context;
    const [flow = "", runId = "", step = "", task = ""] = await pathspecParts(args[0] ?? "", PARTS, context);
    const datastore = await context.datastore();
    const { stop, kill, dispose } = watchSignals();
    try {
      const result = await runStep({
        ...{ datastore, flow, runId, step, task, stop, kill },
        attempt: options.attempt,
        fallback: options.fallback,
        gang: {
          id: options.gangStart ?? String(options.attempt),
          mainIp: options.mainIp ?? THIS_MACHINE,
          mainPort: options.mainPort,
        },
        maxLogSize: logBytes(options.maxLogSize),
        observer: observerOf(context),
      });
      if (result.ok) return ExitCode.successful;
      return result.stopped ? ExitCode.cancelled : ExitCode.failed;
    } finally {
      dispose();
    }
  },
});

/** What the task prints is all that is printed: whoever started this process knows the rest. */
function observerOf({ output, json }: Pick<CommandContext, "output" | "json">): RunObserver {
  if (json) return (event) => output.json(event);
  return (event) => {
    if (event.type === "task.log") (event.stream === "stdout" ? output.line : output.note)(event.line);
    if (event.type === "run.warning") output.note(`Warning: ${event.message}`);
  };
}
