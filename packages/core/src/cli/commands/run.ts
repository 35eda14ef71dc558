import { runFlow } from "../../runtime/run-flow.js";
import { startDecorators } from "../../runtime/start-decorators.js";
import { defineCommand } from "../command.js";
import { executeRun } from "../execute-run.js";
import { flowToRun } from "../flow-to-run.js";
import { runOptions } from "../run-options.js";

export const runCommand = defineCommand({
  arguments: [],
  options: runOptions,
  takesParameters: true,
  usesPool: true,
  async run(context) {
    const flow = await flowToRun(context, context.options.codePackage);
    return await executeRun(context, async (settings) => {
      const started = await startDecorators(flow, { ...settings, origin: null });
      const parameters = await context.parameters(started.parameters);
      return await runFlow({ flow, started, parameters, ...settings });
    });
  },
});
