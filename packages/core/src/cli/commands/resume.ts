import { resumeFlow } from "../../runtime/resume-flow.js";
import { defineCommand } from "../command.js";
import { executeRun } from "../execute-run.js";
import { textOption } from "../option-spec.js";
import { runOptions } from "../run-options.js";

export const resumeCommand = defineCommand({
  arguments: [{ syntax: "[step]", help: "run this step and all that follow it again, even where they succeeded" }],
  options: {
    ...runOptions,
    originRunId: textOption("--origin-run-id <id>", {
      help: "the run to resume",
      variable: "ORIGIN_RUN_ID",
      fallbackText: "the newest run of the flow",
    }),
  },
  keepsParameters: true,
  usesPool: true,
  async run(context) {
    const originRunId = context.options.originRunId ?? null;
    const fromStep = context.args[0] ?? null;
    return await executeRun(context, (flow, settings) => resumeFlow({ flow, originRunId, fromStep, ...settings }));
  },
});
