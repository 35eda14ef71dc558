import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { errors } from "../../errors/codes.js";
import { isMetaflowError } from "../../errors/metaflow-error.js";
import { contributionOptions, findContribution } from "../../registry/find-contribution.js";
import { defineCommand } from "../command.js";
import { textOption } from "../option-spec.js";
import { openClient } from "../reading/open-client.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

const DEFAULT_TYPE = "default";

/** Makes cards of what is stored when they are asked for. */
export const cardCommand = defineCommand({
  arguments: [
    { syntax: "<action>", help: "get: print the card of a task, or write it into a file" },
    { syntax: "<pathspec>", help: "the task: run/step/task" },
    { syntax: "[file]", help: "where to write it" },
  ],
  options: { type: textOption("--type <name>", { help: "the kind of card", fallbackText: DEFAULT_TYPE }) },
  async run(context) {
    const { args, options, output, json, cwd, registry } = context;
    const [action = "", pathspec, file] = args;
    if (action !== "get")
      throw errors.USAGE({ problem: `'${action}' is nothing to do with cards`, command: "metaflow card" });
    const card = await findContribution(await registry(), "cards", options.type ?? DEFAULT_TYPE);
    const { client } = await openClient(context);
    const target = await readTarget(pathspec, { least: 3, most: 3 }, context, client);
    const run = await runOf(client, target);
    const task = await run.task(target.step ?? "", target.task ?? "");
    const request = { task, graph: await run.graph(), options: contributionOptions("cards", card, {}) };
    const html = await render(card.name, task.pathspec, async () => card.render(request));
    if (file !== undefined) await writeFile(resolve(cwd, file), html);
    if (json)
      output.json({
        type: "card",
        pathspec: task.pathspec,
        card: card.name,
        ...(file === undefined ? { html } : { file: resolve(cwd, file) }),
      });
    else if (file === undefined) output.write(html);
    return undefined;
  },
});

async function render(card: string, task: string, action: () => Promise<string>): Promise<string> {
  try {
    return await action();
  } catch (cause) {
    if (isMetaflowError(cause)) throw cause;
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw errors.CARD_FAILED({ card, task, reason }, { cause });
  }
}
