import { graphJson } from "../../graph/graph-json.js";
import { graphText } from "../../graph/graph-text.js";
import { defineCommand } from "../command.js";

export const showCommand = defineCommand({
  arguments: [],
  options: {},
  async run(context) {
    const { graph } = await context.flow();
    const { output, json } = context;
    if (json) output.json({ type: "flow", flow: graph.flow, file: graph.file, doc: graph.doc, ...graphJson(graph) });
    else output.line(graphText(graph).trimEnd());
    return undefined;
  },
});
