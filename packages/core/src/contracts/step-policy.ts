import type { BackendChoice } from "./backend-choice.js";

/**
 * What decorators ask of whoever drives a task, as data: it lies in the graph, so every backend and every scheduler
 * follows it without loading the decorator's package.
 */
export interface StepPolicy {
  readonly retry?: RetryPolicy | undefined;
  /** Milliseconds after which an attempt is asked to end, and killed a little later. */
  readonly timeLimitMs?: number | undefined;
  /** After the last failed attempt there is one more, in which the decorators' `fallback` stands for the step. */
  readonly fallback?: boolean | undefined;
  /** Where its tasks run; else where the run was told to. */
  readonly backend?: BackendChoice | undefined;
  /** Set in the process of the task before any of the user's code is evaluated. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

/** How often a failed attempt is followed by another, and when. */
export interface RetryPolicy {
  /** Attempts after the first, where the step's own code failed. */
  readonly times: number;
  /** Attempts after the first, where the place failed that it ran at: a killed worker, a lost pod. Counted apart. */
  readonly platformTimes: number;
  /** Before the first retry, in milliseconds. */
  readonly delayMs: number;
  /** Each further delay is the one before times this. */
  readonly factor: number;
  /** No delay is longer. */
  readonly maxDelayMs: number;
  /** Part of the delay that is left to chance, from 0 to 1, so that many tasks do not come back at once. */
  readonly jitter: number;
}
