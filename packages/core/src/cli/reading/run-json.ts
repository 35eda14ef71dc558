import type { Run } from "../../client/run.js";
import type { Task } from "../../client/task.js";
import type { JsonValue } from "../../util/json.js";

/** A run as `runs --json` and `status --json` print it; see `docs/reference/json-output.md`. */
export function runJson(run: Run): JsonValue {
  return {
    pathspec: run.pathspec,
    flow: run.flowName,
    runId: run.id,
    status: run.status,
    startedAt: run.startedAt.getTime(),
    finishedAt: run.finishedAt?.getTime() ?? null,
    user: run.user,
    tags: run.userTags,
    systemTags: run.systemTags,
    originPathspec: run.originPathspec,
    triggers: (run.trigger?.events ?? []).map(({ type, name, id, timestamp }) => ({
      ...{ type, name, id },
      at: timestamp.getTime(),
    })),
    counts: run.counts && { ...run.counts },
    failure: run.failure as JsonValue,
  };
}

/** A task as `status --json` prints it; `dump --json` adds to it. */
export function taskJson(task: Task): { readonly [key: string]: JsonValue } {
  return {
    pathspec: task.pathspec,
    step: task.stepName,
    task: task.id,
    attempt: task.currentAttempt,
    status: task.status,
    startedAt: task.startedAt.getTime(),
    finishedAt: task.finishedAt?.getTime() ?? null,
    error: task.error as JsonValue,
    metadata: task.metadata as JsonValue,
  };
}
