import type { FailedAttemptRef } from "../contracts/record-store.js";
import type { TaskRecord } from "../contracts/records.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { type PathspecTo, parsePathspec } from "./pathspec.js";
import { PARALLEL_READS } from "./reader.js";
import type { RunContext } from "./run-context.js";
import type { TaskStatus } from "./types.js";

/** A task of a run by its names. */
export interface TaskKey {
  readonly step: string;
  readonly task: string;
}

/** One attempt of a task as it was when it was read. */
export interface TaskState extends TaskKey {
  readonly attempt: number;
  readonly status: TaskStatus;
  readonly startedAt: number;
  /** Null where the attempt has no end. */
  readonly record: TaskRecord | null;
}

/**
 * The attempt of each task that a reader is shown: the committed one, else the one that runs, else the last that
 * failed. Null for a task that never started.
 *
 * @param failures the tasks' failed attempts, where they are known
 */
export async function readTaskStates(
  run: RunContext,
  keys: readonly TaskKey[],
  failures?: readonly FailedAttemptRef[],
): Promise<readonly (TaskState | null)[]> {
  const { reader, record } = run;
  const committed = await reader.records.readTasks(record.flow, record.runId, keys);
  const open = keys.filter((_, i) => committed[i] === null);
  const last = lastAttempts(failures ?? (await failedAttemptsOf(run, new Set(open.map(({ step }) => step)))));
  const others = await mapBounded(open, PARALLEL_READS, async (key) => {
    const failed = last.get(keyText(key));
    const running = runningState(run, key);
    // A heartbeat may still name an attempt that has failed since.
    return running !== null && running.attempt > (failed ?? -1) ? running : failedState(run, key, failed);
  });
  let next = 0;
  return committed.map((record) => (record === null ? (others[next++] ?? null) : endedState(record)));
}

/** One attempt of a task, or null where there is no trace of it. */
export async function readAttempt(run: RunContext, key: TaskKey, attempt: number): Promise<TaskState | null> {
  const { reader, record } = run;
  const committed = await reader.records.readTask(record.flow, record.runId, key.step, key.task);
  if (committed?.attempt === attempt) return endedState(committed);
  if (committed !== null) return readFailed(run, homeOf(run, endedState(committed)), attempt);
  const running = runningState(run, key);
  return (await failedState(run, key, attempt)) ?? (running?.attempt === attempt ? running : null);
}

/** All attempts of a task that left a trace, ascending. */
export async function listAttempts(run: RunContext, state: TaskState): Promise<readonly number[]> {
  if (state.status === "successful") {
    const before = Array.from({ length: state.attempt }, (_, attempt) => attempt);
    const home = homeOf(run, state);
    const found = await mapBounded(before, PARALLEL_READS, (attempt) => readFailed(run, home, attempt));
    return [...before.filter((attempt) => found[attempt] !== null), state.attempt];
  }
  const failed = (await failedAttemptsOf(run, [state.step])).filter(({ task }) => task === state.task);
  return [...new Set([...failed.map(({ attempt }) => attempt), state.attempt])].sort((a, b) => a - b);
}

/** The task that really ran: in the origin, where a resumed run took its result over. */
export function homeOf(run: RunContext, { step, task, record }: TaskState): PathspecTo<"task"> {
  const origin = record?.originPathspec ?? null;
  if (origin !== null) return parsePathspec(origin, "task");
  const { flow, runId } = record ?? run.record;
  return { flow, run: runId, step, task };
}

/** Every failed attempt of some steps, or of all. Costs as much as there are. */
export async function failedAttemptsOf(
  run: RunContext,
  steps: Iterable<string | undefined> = [undefined],
): Promise<readonly FailedAttemptRef[]> {
  const { reader, record } = run;
  const found: FailedAttemptRef[] = [];
  for (const step of steps) {
    let cursor: string | undefined;
    do {
      const page = await reader.records.listFailedAttempts(record.flow, record.runId, { ...inStep(step), cursor });
      found.push(...page.items);
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return found;
}

/** The option that keeps to a step. */
export function inStep(step: string | undefined): { readonly step?: string } {
  return step === undefined ? {} : { step };
}

/** Tasks that the heartbeat of a run without an end names. */
export function runningKeys(run: RunContext): readonly TaskKey[] {
  return (run.heartbeat?.running ?? []).map(({ task }) => parseKeyText(task));
}

/** `step/task` */
export function keyText({ step, task }: TaskKey): string {
  return `${step}/${task}`;
}

/** Takes `step/task` apart. */
export function parseKeyText(text: string): TaskKey {
  const cut = text.indexOf("/");
  return { step: text.slice(0, cut), task: text.slice(cut + 1) };
}

function endedState(record: TaskRecord): TaskState {
  const { step, task, attempt, status, startedAt } = record;
  return { step, task, attempt, status, startedAt, record };
}

function runningState(run: RunContext, key: TaskKey): TaskState | null {
  const entry = run.heartbeat?.running.find(({ task }) => task === keyText(key));
  if (entry === undefined) return null;
  const { attempt, startedAt } = entry;
  return { ...key, attempt, status: run.status === "running" ? "running" : "dead", startedAt, record: null };
}

async function failedState(run: RunContext, key: TaskKey, attempt: number | undefined): Promise<TaskState | null> {
  if (attempt === undefined) return null;
  return readFailed(run, { flow: run.record.flow, run: run.record.runId, ...key }, attempt);
}

async function readFailed(run: RunContext, task: PathspecTo<"task">, attempt: number): Promise<TaskState | null> {
  const record = await run.reader.records.readFailedAttempt(task.flow, task.run, task.step, task.task, attempt);
  return record === null ? null : endedState(record);
}

function lastAttempts(failures: readonly FailedAttemptRef[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>();
  for (const ref of failures) {
    const key = keyText(ref);
    last.set(key, Math.max(ref.attempt, last.get(key) ?? 0));
  }
  return last;
}
