import type { Client } from "../../client/client.js";
import type { Run } from "../../client/run.js";
import type { Step } from "../../client/step.js";
import type { Task } from "../../client/task.js";
import { isMetaflowError } from "../../errors/metaflow-error.js";
import { createPollPause } from "../../util/poll-pause.js";
import type { Target } from "./target.js";

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
 * The same, and further ones as they start, until there can be no more: the task that was named has succeeded, or the run
 * has ended. A task that is tried again comes once for each attempt.
 */
export async function* followTasks(
  client: Client,
  target: Target,
  signal: AbortSignal,
): AsyncGenerator<Task, void, undefined> {
  const { flow, step } = target;
  const run = (await runOf(client, target)).id;
  const given = new Map<string, number>();
  /** Of these nothing more will come. */
  const done = new Set<string>();
  const pause = createPollPause();
  while (!signal.aborted) {
    // Read first, so that a task that starts meanwhile is not missed.
    const current = await client.flow(flow).run(run);
    const isLast = current.status !== "running";
    let isNews = false;
    for await (const task of openTasks(current, target, done, isLast)) {
      const isGiven = given.get(task.pathspec) === task.currentAttempt;
      if (task.status === "successful") done.add(task.pathspec);
      if (isGiven) continue;
      isNews = true;
      given.set(task.pathspec, task.currentAttempt);
      yield task;
    }
    if (
      isLast ||
      (given.size > 0 && given.size === done.size && isAlone(target, step === null ? null : await current.step(step)))
    )
      return;
    await pause.wait(isNews, signal);
  }
}

/** The tasks of a target that have started but for those that are `done`, of which nothing is read. */
async function* openTasks(
  run: Run,
  { step, task }: Target,
  done: ReadonlySet<string>,
  isLast: boolean,
): AsyncGenerator<Task, void, undefined> {
  try {
    if (step !== null && task !== null) {
      const { pathspec } = await run.step(step);
      if (!done.has(`${pathspec}/${task}`)) yield await run.task(step, task);
      return;
    }
    for (const each of step === null ? await run.steps() : [await run.step(step)]) {
      const ids = await each.taskIds();
      for (const id of ids) if (!done.has(`${each.pathspec}/${id}`)) yield await each.task(id);
      // Says that there is none.
      if (isLast && step !== null && ids.length === 0) yield await each.task();
    }
  } catch (error) {
    const isEarly = isMetaflowError(error, "MF_NO_TASK_YET") || isMetaflowError(error, "MF_NO_SUCH_TASK");
    if (isLast || !isEarly) throw error;
  }
}

/** Whether the target can only ever be one task. */
function isAlone(target: Target, step: Step | null): boolean {
  return target.task !== null || step?.node.scope.length === 0;
}
