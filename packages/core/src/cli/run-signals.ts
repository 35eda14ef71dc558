/** The signals that a person or a supervisor stops a run with. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface RunSignals {
  /** Aborted by the first signal, with its name: stop cleanly. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: stop at once. */
  readonly kill: AbortSignal;
  /** Gives signals back their usual meaning. */
  dispose(): void;
}

/** Listens while a run goes on; a third signal ends the process as if nobody listened. */
export function watchSignals(): RunSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      kill.abort(signal);
      dispose();
    } else stop.abort(signal);
  };
  const dispose = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { stop: stop.signal, kill: kill.signal, dispose };
}
