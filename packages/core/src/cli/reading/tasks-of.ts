import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../client/client.js";
import type { Run } from "../../client/run.js";
import type { Step } from "../../client/step.js";
import type { Task } from "../../client/task.js";
import { isMetaflowError } from "../../errors/metaflow-error.js";
import type { Target } from "./target.js";

/** Milliseconds between two looks for tasks that start. */
const POLL = 500;

/** The run of a target: the newest where it names none. */
export function runOf(client: Client, target: Target): Promise<Run> {
  return client.flow(target.flow).run(target.run ?? "latest");
}

/**
 * The tasks that a target names, in the order of the graph and of their addresses.
 *
 * @throws MF_NO_SUCH_RUN, MF_NO_SUCH_STEP, MF_NO_SUCH_TASK, MF_NO_TASK_YET
 */
export async function* tasksOf(client: Client, target: Target): AsyncGenerator<Task, void, undefined> {
  const run = await runOf(client, target);
  if (target.step === null) {
    for (const step of await run.steps()) yield* step.tasks();
    return;
  }
  const step = await run.step(target.step);
  if (target.task !== null) yield await step.task(target.task);
  else yield* startedTasks(step);
}

async function* startedTasks(step: Step): AsyncGenerator<Task, void, undefined> {
  let isEmpty = true;
  for await (const task of step.tasks()) {
    isEmpty = false;
    yield task;
  }
  // Says that there is none.
  if (isEmpty) yield await step.task();
}

/**
 * The same, and further ones as they start, until there can be no more: the task that was named has come, or the run
 * has ended.
 */
export async function* followTasks(
  client: Client,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Task, void, undefined> {
  const seen = new Set<string>();
  const run = (await runOf(client, target)).id;
  while (!signal.aborted) {
    // Asked first, so that a task that starts meanwhile is not missed.
    const { status } = await client.flow(target.flow).run(run);
    const isLast = status !== "running";
    try {
      for await (const task of tasksOf(client, { ...target, run })) {
        if (seen.has(task.pathspec)) continue;
        seen.add(task.pathspec);
        yield task;
      }
    } catch (error) {
      const isEarly = isMetaflowError(error, "MF_NO_TASK_YET") || isMetaflowError(error, "MF_NO_SUCH_TASK");
      if (isLast || !isEarly) throw error;
    }
    if (isLast || (seen.size > 0 && (await isAlone(client, { ...target, run })))) return;
    await sleep(POLL, undefined, { signal }).catch(() => undefined);
  }
}

/** Whether the target can only ever be one task. */
async function isAlone(client: Client, target: Target): Promise<boolean> {
  if (target.task !== null || target.step === null) return target.task !== null;
  const step = await (await runOf(client, target)).step(target.step);
  return step.node.scope.length === 0;
}
