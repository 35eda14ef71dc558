/**
 * Reads what the newest run of the penguin flow left, with nothing running:
 *
 *     node client.ts
 */
import { createClient } from "@metaflow-ts/core/client";

const client = await createClient();
const run = await client.flow("PenguinFlow").latestSuccessfulRun();

console.log(`${run.pathspec} ${run.status}, ${run.counts?.successful} tasks`);
console.log("parameters", await run.parameters());

// The artifacts of the end task, each loaded when it is asked for.
console.log("report", await run.data.report);

// Every task of a step, in the order of the items.
const train = await run.step("train");
for await (const task of train.tasks()) {
  const milliseconds = Number(task.finishedAt) - Number(task.startedAt);
  console.log(task.id, await task.data.score, `${milliseconds} ms`);
}

// What an artifact is, without loading it; and what a task printed.
const { name, type, size } = (await run.task("choose")).artifact("model");
console.log({ name, type, size });
console.log(await (await run.task("start")).logs.stdout());
