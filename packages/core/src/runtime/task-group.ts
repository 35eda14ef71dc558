import type { TaskRef } from "../contracts/pathspec.js";
import type { TakenTransition } from "../contracts/transition.js";
import { gangOf, gangSplitOf } from "../graph/gangs.js";
import type { TaskSpec } from "../task/task-context.js";
import type { FailureCount } from "./after-failure.js";
import {
  type AttemptResult,
  type AttemptSurroundings,
  type FailedResult,
  type FailureDecision,
  type RunningAttempt,
  runAttempt,
} from "./attempt-runner.js";
import { runGang } from "./gang-attempt.js";
import { startHere } from "./gang-start.js";
import type { ReadyTask } from "./progress.js";

/** Tasks whose turn comes at once, a gang or a single one, with what happened to them before. */
export interface TaskGroup {
  /** A gang's by node index. */
  readonly tasks: readonly [ReadyTask, ...ReadyTask[]];
  readonly failures?: FailureCount;
  /** Attempts of this drive. */
  readonly tried?: number;
  readonly fallback?: boolean;
}

/** An attempt at a group that may start. */
export interface PreparedGroup {
  /** `decide` is asked once, about the first failure. */
  start(decide: FailureDecision): StartedGroup;
}

export interface StartedGroup {
  readonly attempts: readonly RunningAttempt[];
  /** Rejects where the end of an attempt does. */
  readonly ended: Promise<GroupResult>;
}

export interface GroupResult {
  /** In the order of the tasks; empty where the group failed. */
  readonly transitions: readonly TakenTransition[];
  /** The failure that the others followed, and whose it was. */
  readonly failure: { readonly name: string; readonly result: FailedResult } | null;
}

/** Prepares the next attempt at a group. */
export async function prepareGroup(
  around: AttemptSurroundings,
  { tasks, fallback }: TaskGroup,
  attempt: number,
  inputs: readonly TaskRef[],
): Promise<PreparedGroup> {
  const [first] = tasks;
  const common = { inputs, attempt, ...(fallback === true ? { fallback } : {}) };
  const specs = tasks.map(({ step, address }): TaskSpec => ({ step, address, ...common }));
  if (gangSplitOf(around.graph, first.step) === null) {
    return { start: (decide) => untilEnded((heard) => specs.map((spec) => runAttempt(around, spec, heard)), decide) };
  }
  const start = await startHere(attempt, specs.length);
  const gang = gangOf(around.graph, around.runId, first, specs.length);
  const members = specs.map((spec) => ({ ...spec, gang: start }));
  return {
    start: (decide) => untilEnded((heard) => runGang(around, { gang, start: start.id, tasks: members }, heard), decide),
  };
}

function untilEnded(
  begin: (decide: FailureDecision) => readonly RunningAttempt[],
  decide: FailureDecision,
): StartedGroup {
  let first: FailedResult | undefined;
  const attempts = begin((failed) => {
    first ??= failed;
    return decide(failed);
  });
  const collect = (results: readonly AttemptResult[]): GroupResult => {
    const transitions = results.flatMap((result) => (result.ok ? [result.transition] : []));
    if (first === undefined) return { transitions, failure: null };
    const name = attempts.find((_, k) => results[k] === first)?.name ?? attempts[0]?.name ?? "";
    return { transitions: [], failure: { name, result: first } };
  };
  // One whose end cannot be recorded does not leave the others behind.
  const ended = Promise.allSettled(attempts.map((attempt) => attempt.ended)).then((ends) =>
    collect(
      ends.map((end) => {
        if (end.status === "rejected") throw end.reason;
        return end.value;
      }),
    ),
  );
  return { attempts, ended };
}
