import type { RunObserver } from "../contracts/run-events.js";
import { GRACE, type RunningAttempt } from "./attempt-runner.js";

/** Ends what runs, for one reason: the first. */
export interface Stopping {
  /** Why nothing more may start; null while it may. */
  reason(): string | null;
  /** Asks what runs to end, and kills it after a while. */
  stopAll(reason: string): void;
  /** To be called when nothing runs any more. */
  dispose(): void;
}

export interface StoppingRequest {
  readonly running: ReadonlySet<RunningAttempt>;
  /** Called when nothing more may start. */
  readonly stopped: () => void;
  readonly observer: RunObserver;
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
}

const CANCELLED = "the run was cancelled";

/** Stops by itself when one of the signals says so. */
export function createStopping({ running, observer, stop, kill, stopped }: StoppingRequest): Stopping {
  let stopReason: string | null = null;
  let graceTimer: NodeJS.Timeout | undefined;
  const killAll = (reason: string): void => {
    stopReason ??= reason;
    for (const attempt of running) attempt.kill(reason);
    stopped();
  };
  const stopAll = (reason: string): void => {
    if (stopReason !== null) return;
    stopReason = reason;
    observer({ type: "run.stopping", at: Date.now(), reason, running: running.size });
    for (const attempt of running) attempt.stop(reason);
    graceTimer = setTimeout(() => killAll(reason), GRACE);
    stopped();
  };
  const onStop = (): void => stopAll(CANCELLED);
  const onKill = (): void => killAll(CANCELLED);
  stop.addEventListener("abort", onStop, { once: true });
  kill.addEventListener("abort", onKill, { once: true });
  // A signal that came while the run was being prepared sends no event any more.
  if (kill.aborted) onKill();
  else if (stop.aborted) onStop();
  return {
    reason: () => stopReason,
    stopAll,
    dispose() {
      clearTimeout(graceTimer);
      stop.removeEventListener("abort", onStop);
      kill.removeEventListener("abort", onKill);
    },
  };
}
