import { errors } from "../../errors/codes.js";
import { runRegion } from "../../runtime/run-region.js";
import { type CommandContext, defineCommand } from "../command.js";
import { createRunDisplay } from "../display/run-display.js";
import { errorLines } from "../display/run-summary.js";
import { ExitCode } from "../exit-code.js";
import { textOption } from "../option-spec.js";
import { logBytes, maxLogSizeOption, maxNumSplitsOption, maxWorkersOption } from "../run-options.js";
import { watchSignals } from "../run-signals.js";
import { pathspecParts } from "../task-pathspec.js";

const options = {
  runId: textOption("--run-id <id>", { help: "the run, where it is not given as a pathspec" }),
  steps: textOption("--steps <names>", { help: "the region's steps, with commas between them" }),
  until: textOption("--until <step>", { help: "the step before which the region ends" }),
  address: textOption("--address <id>", { help: "where the region is, as in a task's id: i3-r0" }),
  items: textOption("--items <from-to>", { help: "the foreach items that it is for: 20-39" }),
  maxWorkers: maxWorkersOption,
  maxNumSplits: maxNumSplitsOption,
  maxLogSize: maxLogSizeOption,
};

export const regionCommand = defineCommand({
  arguments: [
    { syntax: "[run]", help: "the run: Flow/run" },
    { syntax: "[entry]", help: "the step that the region begins with" },
  ],
  options,
  async run(context) {
    const { output, json } = context;
    const { runId: _, maxLogSize, ...given } = context.options;
    if (given.steps !== undefined && given.until !== undefined) throw misuse("Give --steps or --until, not both");
    const { flow, runId, entry } = await whichRegion(context);
    const datastore = await context.datastore();
    const display = createRunDisplay({ ...context, endStep: entry });
    const { stop, kill, dispose } = watchSignals();
    try {
      const { status, exits, failure } = await runRegion({
        ...{ datastore, flow, runId, entry, stop, kill },
        steps: given.steps?.split(",").map((name) => name.trim()) ?? null,
        until: given.until ?? null,
        address: given.address ?? "",
        items: given.items === undefined ? null : parseItems(given.items),
        maxWorkers: given.maxWorkers,
        maxNumSplits: given.maxNumSplits,
        maxLogSize: logBytes(maxLogSize),
        observer: display.observe,
      });
      const next = [...new Set(exits.map(({ step, task }) => `${step}/${task}`))];
      if (json) output.json({ type: "region.finished", pathspec: `${flow}/${runId}`, entry, status, next, failure });
      else {
        output.line(`Region ${flow}/${runId} from ${entry} ${status}; next: ${next.join(", ") || "nothing"}`);
        if (failure !== null) output.note(errorLines(failure.error, output.noteColors).join("\n"));
      }
      return ExitCode[status];
    } finally {
      dispose();
      display.dispose();
    }
  },
});

/** `region Flow/run ENTRY`, or behind a flow's file `region ENTRY --run-id ID`. */
async function whichRegion(
  context: CommandContext<typeof options>,
): Promise<{ flow: string; runId: string; entry: string }> {
  const { args } = context;
  const { runId } = context.options;
  const [run = "", entry] = runId === undefined ? args : [runId, ...args];
  if (entry === undefined) throw misuse("The step that the region begins with is missing");
  const [flow = "", id = ""] = await pathspecParts(run, ["Flow", "run"], context);
  return { flow, runId: id, entry };
}

/** `20-39`: both included. */
function parseItems(text: string): { from: number; to: number } {
  const [, first = "", last = ""] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  const from = Number(first);
  const to = Number(last) + 1;
  if (first === "" || from >= to) {
    throw errors.OPTION_INVALID({ option: "--items", text, expected: "the first and the last item, as in 20-39" });
  }
  return { from, to };
}

function misuse(problem: string): Error {
  return errors.USAGE({ problem, command: "metaflow region" });
}
