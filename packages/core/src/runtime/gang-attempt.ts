import type { GangRef } from "../contracts/gang.js";
import { errors } from "../errors/codes.js";
import { taskId } from "../graph/addresses.js";
import { maskError } from "../secrets/mask-error.js";
import { recordError } from "../task/record-error.js";
import type { TaskSpec } from "../task/task-context.js";
import {
  type AttemptResult,
  type AttemptSurroundings,
  type FailedResult,
  type FailureDecision,
  GRACE,
  type RunningAttempt,
  runAttempt,
} from "./attempt-runner.js";

/** One start of a gang. */
export interface GangSpec {
  readonly gang: GangRef;
  readonly start: string;
  /** By node index; all of the same attempt. */
  readonly tasks: readonly TaskSpec[];
}

/**
 * Starts all tasks of a gang. The first that fails ends the others: it asks them to end, and kills them after a while.
 * Where none fails, their results are committed together before anybody hears of them; a task that came to its end in
 * a gang that failed has failed as well.
 *
 * @param decide asked once, about the first failure
 */
export function runGang(
  around: AttemptSurroundings,
  spec: GangSpec,
  decide: FailureDecision,
): readonly RunningAttempt[] {
  const gang = new GangAttempt(around, spec, decide);
  for (const task of spec.tasks) gang.add(task);
  return gang.attempts;
}

/** The first failure in a gang. */
interface GangFailure {
  readonly name: string;
  readonly result: FailedResult;
  readonly retrying: boolean;
}

class GangAttempt {
  readonly attempts: RunningAttempt[] = [];
  readonly #around: AttemptSurroundings;
  readonly #spec: GangSpec;
  readonly #decide: FailureDecision;
  readonly #left = new Set<RunningAttempt>();
  #failure: GangFailure | null = null;
  #graceTimer: NodeJS.Timeout | undefined;
  #allEnded = (): void => {};
  readonly #commit: Promise<void>;

  constructor(around: AttemptSurroundings, spec: GangSpec, decide: FailureDecision) {
    this.#around = around;
    this.#spec = spec;
    this.#decide = decide;
    this.#commit = new Promise<void>((resolve) => {
      this.#allEnded = resolve;
    }).then(() => this.#commitAll());
    // Whoever waits for it hears of it; where all have failed, nobody does.
    this.#commit.catch(() => {});
  }

  add(spec: TaskSpec): void {
    const attempt: RunningAttempt = runAttempt(
      this.#around,
      spec,
      () => ({ retrying: this.#failure?.retrying === true }),
      (result) => this.#settle(attempt, result),
    );
    this.attempts.push(attempt);
    attempt.ended.catch((error: unknown) => this.#lose(attempt, error));
  }

  /** An attempt whose end could not be told fails the gang; the others do not wait for it. */
  async #lose(attempt: RunningAttempt, cause: unknown): Promise<void> {
    if (this.#left.has(attempt)) return;
    const error = maskError(recordError(cause, await this.#around.errorContext()), this.#around.launcher.mask);
    this.#fail(attempt, { ok: false, error, stopped: false, isPlatform: false });
    this.#leave(attempt);
  }

  #leave(attempt: RunningAttempt): void {
    this.#left.add(attempt);
    if (this.#left.size === this.#spec.tasks.length) this.#allEnded();
  }

  async #settle(attempt: RunningAttempt, result: AttemptResult): Promise<AttemptResult> {
    if (!result.ok) this.#fail(attempt, result);
    this.#leave(attempt);
    if (!result.ok) return result;
    await this.#commit;
    return this.#failure === null ? result : this.#revoke(attempt, this.#failure);
  }

  #fail({ name }: RunningAttempt, result: FailedResult): void {
    if (this.#failure !== null) return;
    this.#failure = { name, result, ...this.#decide(result) };
    const reason = `${name} of its gang failed`;
    for (const attempt of this.attempts) if (attempt.name !== name) attempt.stop(reason);
    this.#graceTimer = setTimeout(() => {
      for (const attempt of this.attempts) if (attempt.name !== name) attempt.kill(reason);
    }, GRACE);
  }

  async #commitAll(): Promise<void> {
    clearTimeout(this.#graceTimer);
    if (this.#failure !== null) return;
    const { gang, start } = this.#spec;
    if ((await this.#around.records.commitGang(gang, start)) !== null) return;
    throw new Error(`The gang of ${gang.step}/${gang.tasks[0]} ended without the results of all of its tasks.`);
  }

  /** Records that a result does not count, with what it was as far as it goes. */
  async #revoke({ spec, name }: RunningAttempt, { name: failed, result }: GangFailure) {
    const { graph, records, errorContext } = this.#around;
    const { gang, start } = this.#spec;
    const told = recordError(errors.PARALLEL_TASK_FAILED({ task: name, failed }), await errorContext());
    const error = { ...told, stack: [], cause: result.error };
    const made = await records.readGangResult(gang, start, taskId(graph, spec.step, spec.address));
    if (made !== null) await records.saveFailedAttempt({ ...made, status: "failed", transition: null, error });
    return { ok: false, error, stopped: true, isPlatform: result.isPlatform } as const;
  }
}
