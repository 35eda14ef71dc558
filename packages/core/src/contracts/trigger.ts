import type { Timestamp } from "./records.js";

/** What started a run: an event, or a run of another flow that ended. Plain JSON data, kept in the run's record. */
export interface TriggerRecord {
  readonly type: "event" | "run";
  /** The event's name; of a run the flow's, with project and branch where the trigger names them. */
  readonly name: string;
  /** The event's id; of a run `Flow/run`. */
  readonly id: string;
  /** When it happened. */
  readonly at: Timestamp;
  /** What the event carries; of a run nothing. */
  readonly payload: Readonly<Record<string, unknown>>;
}
