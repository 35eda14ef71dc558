import { checkTags } from "../../metadata/run-tags.js";
import { initRun } from "../../runtime/init-run.js";
import { startDecorators } from "../../runtime/start-decorators.js";
import { defineCommand } from "../command.js";
import { flowToRun } from "../flow-to-run.js";
import { flagOption, textOption } from "../option-spec.js";
import { packageOptions } from "../package-options.js";
import { runOptions } from "../run-options.js";

/** For schedulers: the run's record and code have to be there before its first region or step is started. */
export const initCommand = defineCommand({
  arguments: [],
  options: {
    tags: runOptions.tags,
    runId: textOption("--run-id <id>", {
      help: "the run's id; the same id again is no error",
      fallbackText: "a new one",
    }),
    noCodePackage: flagOption("--no-code-package", {
      help: "store no code package: all tasks run on this machine",
      variable: "NO_CODE_PACKAGE",
    }),
    ...packageOptions,
  },
  takesParameters: true,
  async run(context) {
    const { options, output, json } = context;
    const flow = await flowToRun(context, options.noCodePackage ? "nowhere" : "asked");
    const tags = checkTags(options.tags);
    const around = { datastore: await context.datastore(), user: context.user(), given: context.given };
    const started = await startDecorators(flow, { ...around, origin: null });
    const runId = await initRun({
      ...{ ...around, flow, started, tags },
      parameters: await context.parameters(started.parameters),
      runId: options.runId ?? null,
    });
    if (json) output.json({ type: "run.registered", pathspec: `${flow.definition.name}/${runId}` });
    else output.line(runId);
    return undefined;
  },
});
