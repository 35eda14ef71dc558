import type { ObservedRunStatus } from "../contracts/records.js";
import type { ArtifactName, StepName } from "../flow/inputs.js";
import type { ListingOptions } from "./listing.js";

/** A flow whose class is not at hand: every name may be an artifact, of an unknown type. */
export interface AnyFlow {
  readonly [name: string]: unknown;
}

/** Names of the artifacts of a flow, as far as its class tells. */
export type ArtifactOf<F> = AnyFlow extends F ? string : ArtifactName<F> & string;

/** Names of the steps of a flow, as far as its class tells. */
export type StepOf<F> = AnyFlow extends F ? string : StepName<F> & string;

/** The type of an artifact. */
export type ValueOf<F, K extends string> = K extends keyof F ? F[K] : unknown;

/** A task as a reader sees it: one whose process went away without an end is `dead`. */
export type TaskStatus = "running" | "successful" | "failed" | "dead";

/** Which runs are wanted; everything given must hold. */
export interface RunQuery extends ListingOptions {
  readonly status?: ObservedRunStatus | readonly ObservedRunStatus[] | undefined;
  /** User or system tags that the run has, all of them. */
  readonly tags?: readonly string[] | undefined;
  /** Started at this time or later. */
  readonly since?: Date | undefined;
  /** Started before this time. */
  readonly until?: Date | undefined;
}

/** How many tasks of a step are where. */
export interface StepCounts {
  readonly step: string;
  readonly successful: number;
  readonly failed: number;
  readonly running: number;
  /** Of a run whose process is gone: tasks that never came to an end. */
  readonly dead: number;
}
