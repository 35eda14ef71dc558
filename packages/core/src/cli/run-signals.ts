/** The signals that a person or a supervisor stops a run with. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long what is to be killed, and written down, may take after the second signal, in ms. */
const LAST_WORDS = 3000;

export interface RunSignals {
  /** Aborted by the first signal, with its name: stop cleanly. */
  readonly stop: AbortSignal;
  /** Aborted by the second one: stop at once. */
  readonly kill: AbortSignal;
  /** Gives signals back their usual meaning. */
  dispose(): void;
}

/**
 * Listens while a command goes on. The second signal ends the process whatever it waits for: at once where nothing was
 * started yet, else a little later. A third one ends it as if nobody had listened.
 */
export function watchSignals(hasStarted: () => boolean = () => true): RunSignals {
  const stop = new AbortController();
  const kill = new AbortController();
  let late: NodeJS.Timeout | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) {
      ignore();
      late = setTimeout(endBy, hasStarted() ? LAST_WORDS : 0, signal);
      kill.abort(signal);
    } else stop.abort(signal);
  };
  const ignore = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return {
    stop: stop.signal,
    kill: kill.signal,
    dispose() {
      clearTimeout(late);
      ignore();
    },
  };
}

/** Lets the signal do what it does by itself: also where the flow's code listens to it. */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
