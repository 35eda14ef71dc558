import { defineCommand } from "@metaflow-ts/core/plugin";

/** `metaflow acme-name TrainFlow`: how many of the newest runs ended how. */
export const acmeNameCommand = defineCommand({
  name: "acme-name",
  summary: "count the runs of a flow by how they ended",
  flow: "ignored",
  arguments: { flow: { help: "the flow's name" } },
  options: { last: { kind: "integer", min: 1, fallback: 100, value: "n", help: "how many of the newest runs count" } },
  async run({ args, options, output, client }) {
    const counts: Record<string, number> = {};
    for await (const { status } of (await client()).flow(args.flow).runs({ limit: options.last })) {
      counts[status] = (counts[status] ?? 0) + 1;
    }
    const lines = Object.entries(counts).map(([status, count]) => `${status}: ${count}`);
    output.result({ type: "acme-name.counts", flow: args.flow, counts }, lines.join("\n") || "no runs");
  },
});
