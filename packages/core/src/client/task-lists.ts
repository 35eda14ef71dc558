import type { FailedAttemptRef, Page, PageOptions } from "../contracts/record-store.js";
import { compareTaskIds, sortTaskIds } from "../datastore/compare-task-ids.js";
import { parseTaskId } from "../graph/addresses.js";
import { gangSplitOf } from "../graph/gangs.js";
import { readFiltered } from "./filtered-page.js";
import type { RunContext } from "./run-context.js";
import {
  failedAttemptsOf,
  inStep,
  keyText,
  readTaskStates,
  runningKeys,
  type TaskKey,
  type TaskState,
} from "./task-states.js";

/** Failed attempts that are listed at a time: more than one task has, so that a task's attempts stay together. */
const FAILURES_PAGE = 200;

/** A page of the tasks that failed for good so far. Costs what failed, however many tasks succeeded. */
export function readFailedTasks(
  run: RunContext,
  step: string | undefined,
  limit: number,
  cursor: string | undefined,
): Promise<Page<TaskState>> {
  const { flow, runId } = run.record;
  const source = {
    pageSize: FAILURES_PAGE,
    keyOf: keyText,
    list: (options: PageOptions) => run.reader.records.listFailedAttempts(flow, runId, { ...options, ...inStep(step) }),
    load: async (groups: readonly (readonly FailedAttemptRef[])[]) => {
      const keys = groups.flatMap(([first]) => first ?? []);
      const states = await readTaskStates(run, keys, groups.flat());
      return states.map((state) => (state?.status === "failed" ? state : null));
    },
  };
  return readFiltered(source, limit, cursor);
}

/** A page of a step's tasks in the order of their addresses. The cursor is the id of the last task given. */
export async function readStepTasks(
  run: RunContext,
  step: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<TaskState>> {
  return pageOf(run, step, await startedTasks(run, step), limit, cursor);
}

/** The same for the control tasks of a step's gangs. */
export async function readControlTasks(
  run: RunContext,
  step: string,
  limit: number,
  cursor: string | undefined,
): Promise<Page<TaskState>> {
  const graph = await run.graph();
  const started = gangSplitOf(graph, step) === null ? [] : await startedTasks(run, step);
  const ids = started.filter((id) => parseTaskId(graph, step, id)?.at(-1) === 0);
  return pageOf(run, step, ids, limit, cursor);
}

async function pageOf(
  run: RunContext,
  step: string,
  ids: readonly string[],
  limit: number,
  cursor: string | undefined,
): Promise<Page<TaskState>> {
  const from = cursor === undefined ? 0 : firstBehind(ids, cursor);
  const wanted = ids.slice(from, from + limit);
  const states = await readTaskStates(
    run,
    wanted.map((task): TaskKey => ({ step, task })),
  );
  return {
    items: states.filter((state) => state !== null),
    cursor: from + limit < ids.length ? wanted.at(-1) : undefined,
  };
}

/** Ids of a step's tasks that have started, in the order of their addresses. Reads no record. */
export async function startedTasks(run: RunContext, step: string): Promise<readonly string[]> {
  const { flow, runId } = run.record;
  const [committed, failed] = await Promise.all([
    run.reader.records.listTasks(flow, runId, step),
    failedAttemptsOf(run, [step]),
  ]);
  const running = runningKeys(run).filter((key) => key.step === step);
  const others = new Set([...failed, ...running].map(({ task }) => task));
  for (const id of committed) others.delete(id);
  return others.size === 0 ? committed : sortTaskIds([...committed, ...others]);
}

function firstBehind(ids: readonly string[], cursor: string): number {
  const found = ids.findIndex((id) => compareTaskIds(id, cursor) > 0);
  return found < 0 ? ids.length : found;
}
