import type { RunObserver } from "../../contracts/run-events.js";
import { runStep } from "../../runtime/run-step.js";
import { type CommandContext, defineCommand } from "../command.js";
import { ExitCode } from "../exit-code.js";
import { flagOption, integerOption } from "../option-spec.js";
import { logBytes, maxLogSizeOption } from "../run-options.js";
import { watchSignals } from "../run-signals.js";
import { pathspecParts } from "../task-pathspec.js";

const PARTS = ["Flow", "run", "step", "task"] as const;

export const stepCommand = defineCommand({
  arguments: [{ syntax: "<pathspec>", help: "the task: Flow/run/step/task" }],
  options: {
    attempt: integerOption("--attempt <n>", { help: "which try of the task this is", fallback: 0 }),
    fallback: flagOption("--fallback", {
      help: "let the decorators stand for the step, after its last failed attempt",
    }),
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
