import { callExitHook, callHooksOfRun } from "../../runtime/call-exit-hook.js";
import { defineCommand } from "../command.js";
import { createRunDisplay } from "../display/run-display.js";
import { errorLines } from "../display/run-summary.js";
import { ExitCode } from "../exit-code.js";
import { integerOption } from "../option-spec.js";
import { watchSignals } from "../run-signals.js";
import { pathspecParts } from "../task-pathspec.js";

export const exitHooksCommand = defineCommand({
  arguments: [{ syntax: "<run>", help: "the run: Flow/run" }],
  options: {
    only: integerOption("--only <n>", { help: "the one hook with this number, in this process" }),
  },
  async run(context) {
    const { args, options, output } = context;
    const [flow = "", runId = ""] = await pathspecParts(args[0] ?? "", ["Flow", "run"], context);
    const datastore = await context.datastore();
    const { stop, kill, dispose } = watchSignals();
    try {
      if (options.only === undefined) {
        const display = createRunDisplay({ ...context, endStep: "" });
        await callHooksOfRun({ datastore, flow, runId, observer: display.observe, stop, kill });
        display.dispose();
        return ExitCode.successful;
      }
      const error = await callExitHook({ datastore, flow, runId, index: options.only, signal: stop });
      if (error === null) return ExitCode.successful;
      output.note(errorLines(error, output.noteColors).join("\n"));
      return ExitCode.failed;
    } finally {
      dispose();
    }
  },
});
