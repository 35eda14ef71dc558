import { runFlow } from "../../runtime/run-flow.js";
import { startDecorators } from "../../runtime/start-decorators.js";
import { defineCommand } from "../command.js";
import { executeRun } from "../execute-run.js";
import { runOptions } from "../run-options.js";

export const runCommand = defineCommand({
  arguments: [],
  options: runOptions,
  takesParameters: true,
  usesPool: true,
  async run(context) {
    return await executeRun(context, async (flow, settings) => {
      const started = await startDecorators(flow, { ...settings, origin: null });
      const parameters = await context.parameters(started.parameters);
      return await runFlow({ flow, started, parameters, ...settings });
    });
  },
});
