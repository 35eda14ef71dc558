import type { Run } from "../../client/run.js";
import { defineCommand } from "../command.js";
import { openClient } from "../reading/open-client.js";
import { runJson, taskJson } from "../reading/run-json.js";
import { type RunOverview, statusLines } from "../reading/status-lines.js";
import { readTarget } from "../reading/target.js";
import { runOf } from "../reading/tasks-of.js";

/** Failed tasks that fit on a screen. */
const SHOWN_FAILURES = 10;

export const statusCommand = defineCommand({
  arguments: [
    { syntax: "[run]", help: "the run, after the flow's name where no file is given; the newest by default" },
  ],
  options: {},
  async run(context) {
    const { output, json } = context;
    const { client } = await openClient(context);
    const target = await readTarget(context.args[0], { least: 0, most: 1 }, context, client);
    const overview = await readOverview(await runOf(client, target));
    if (json) {
      const { run, steps, failed, running } = overview;
      output.json({
        run: runJson(run),
        steps,
        failed: failed.items.map(taskJson),
        moreFailed: failed.cursor !== undefined,
        running: running.map(taskJson),
      });
    } else for (const line of statusLines(overview, output.colors, context)) output.line(line);
    return undefined;
  },
});

async function readOverview(run: Run): Promise<RunOverview> {
  const [steps, failed, running] = await Promise.all([
    run.stepCounts(),
    run.failedTasks({ limit: SHOWN_FAILURES }).page(),
    run.runningTasks(),
  ]);
  return { run, steps, failed, running };
}
