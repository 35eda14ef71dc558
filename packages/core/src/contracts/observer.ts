import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { RunEvent } from "./run-events.js";

/**
 * Is told everything that happens while a run goes on, in the process that drives it: for metrics, event logs, messages.
 * It never holds up a run and never fails one: what goes wrong in it is one warning.
 */
export interface Observer<O = unknown> {
  /** What `--observer` takes: letters, digits, `_` and `-`. */
  readonly name: string;
  /** Checks its options and fills in those left out. Without it there are none. */
  readonly options?: StandardSchemaV1<unknown, O> | undefined;
  /** Called once for a run, before its first event. Loads heavy libraries only here. */
  open(options: O, around: ObserverSurroundings): OpenObserver | Promise<OpenObserver>;
}

export interface ObserverSurroundings {
  /** The working folder. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface OpenObserver {
  /**
   * Takes events, in order, one or more at a time; the next ones come when it is done with these. While it works others
   * wait: at first all, beyond 10,000 all but lines of logs. It changes nothing in an event.
   */
  observe(events: readonly RunEvent[]): void | Promise<void>;
  /** The run is over, and all events were given. It has five seconds. */
  close?(): void | Promise<void>;
}
