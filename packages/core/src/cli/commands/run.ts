import { runFlow } from "../../runtime/run-flow.js";
import { defineCommand } from "../command.js";
import { executeRun } from "../execute-run.js";
import { runOptions } from "../run-options.js";

export const runCommand = defineCommand({
  arguments: [],
  options: runOptions,
  takesParameters: true,
  usesPool: true,
  async run(context) {
    const flow = await context.flow();
    const parameters = await context.parameters();
    return await executeRun(context, (settings) => runFlow({ flow, parameters, ...settings }));
  },
});
