import { defineCommand } from "../command.js";
import { copyOptions, openCopier, showCopied } from "../reading/copy-target.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

export const copyCommand = defineCommand({
  arguments: [
    { syntax: "[run]", help: "the run, after the flow's name where no file is given; the newest by default" },
  ],
  options: copyOptions,
  async run(context) {
    const copier = await openCopier(context, "copy");
    const { client } = await openClient(context);
    const target = await readTarget(context.args[0], { least: 0, most: 1 }, context, client);
    const { flowName, id } = await runOf(client, target);
    for (const copied of await copier.copy(flowName, id)) showCopied(context, copied);
    return undefined;
  },
});
