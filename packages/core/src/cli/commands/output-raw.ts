import { graphJson } from "../../graph/graph-json.js";
import { defineCommand } from "../command.js";

export const outputRawCommand = defineCommand({
  arguments: [],
  options: {},
  async run(context) {
    const { graph } = await context.flow();
    const { output, json } = context;
    if (json) output.json(graphJson(graph));
    else output.line(JSON.stringify(graphJson(graph), null, 2));
    return undefined;
  },
});
