/** What started a run: an event, or a run of another flow that ended. Plain JSON data, kept in the run's record. */
export interface TriggerRecord {
  readonly type: "event" | "run";
  /** The event's name; of a run the flow's, with project and branch where the trigger names them. */
  readonly name: string;
  /** The event's id; of a run `Flow/run`. */
  readonly id: string;
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** What the event carries; of a run nothing. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event that starts a deployed flow, as the attribute `events` of the decorator `trigger` has it in a graph. */
export interface EventTrigger {
  readonly name: string;
  /** The name is one of the flow's project and branch: `mfns.<project>.<branch>.<name>`. */
  readonly namespaced: boolean;
  /** Fields of the payload, by the parameter that gets them; null: each parameter gets the field of its own name. */
  readonly parameters: Readonly<Record<string, string>> | null;
}

/** A flow whose success starts a deployed flow, as the attribute `flows` of the decorator `triggerOnFinish` has it. */
export interface FlowTrigger {
  readonly name: string;
  /** Null: the project of the flow that is started. */
  readonly project: string | null;
  /** `user.jane`, `test.x`, `prod`, `prod.x`; null: the branch of the flow that is started. */
  readonly branch: string | null;
}
