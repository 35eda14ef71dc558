import { graphDot } from "../../graph/graph-dot.js";
import { defineCommand } from "../command.js";

export const outputDotCommand = defineCommand({
  arguments: [],
  options: {},
  async run(context) {
    const { graph } = await context.flow();
    if (context.json) context.output.json({ type: "dot", flow: graph.flow, dot: graphDot(graph) });
    else context.output.line(graphDot(graph).trimEnd());
    return undefined;
  },
});
