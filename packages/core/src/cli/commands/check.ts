import { defineCommand } from "../command.js";

export const checkCommand = defineCommand({
  arguments: [],
  options: {},
  async run(context) {
    const { graph } = await context.flow();
    const steps = Object.keys(graph.steps).length;
    if (context.json) context.output.json({ type: "check", flow: graph.flow, valid: true, steps });
    else
      context.output.line(`${graph.flow} looks good: ${steps} ${steps === 1 ? "step" : "steps"}, no mistakes found.`);
    return undefined;
  },
});
