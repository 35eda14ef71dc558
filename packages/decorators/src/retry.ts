import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { duration, LONGEST, numberFrom, options, wholeNumber } from "./option-schemas.js";

/** Options of `@retry`. A duration is a number of seconds or text such as `"30s"` or `"2m"`. */
export type RetryOptions = Attempts & (InDurations | InMinutes);

interface InDurations {
  /** How long to wait before a retry. Default 0. */
  readonly delay?: number | string | undefined;
  readonly minutesBetween?: undefined;
}

interface InMinutes {
  readonly delay?: undefined;
  /** The same in minutes, as in Metaflow; in place of `delay`. */
  readonly minutesBetween?: number | undefined;
}

interface Attempts {
  /** Attempts after the first, where the step failed. 0: none, whatever `--with retry` says. Default 3. */
  readonly times?: number | undefined;
  /** Attempts after the first, where the place failed: a killed worker, a lost pod. Counted apart. Default: as `times`. */
  readonly platformTimes?: number | undefined;
  /** Each further delay is the one before times this. Default 1. */
  readonly factor?: number | undefined;
  /** No delay is longer. Default: an hour, or `delay` where that is longer. */
  readonly maxDelay?: number | string | undefined;
  /** Part of each delay that is left to chance, from 0 to 1: 0.2 shortens it by up to a fifth. Default 0. */
  readonly jitter?: number | undefined;
}

/** The same, completed; durations in seconds. */
export interface RetryAttributes {
  readonly times: number;
  readonly platformTimes: number;
  readonly delay: number;
  readonly factor: number;
  readonly maxDelay: number;
  readonly jitter: number;
}

const HOUR = 3600;

const schema = v.pipe(
  options({
    times: v.optional(wholeNumber, 3),
    platformTimes: v.optional(wholeNumber),
    delay: v.optional(duration),
    minutesBetween: v.optional(numberFrom(0, Math.floor(LONGEST / 60))),
    factor: v.optional(numberFrom(1), 1),
    maxDelay: v.optional(duration),
    jitter: v.optional(numberFrom(0, 1), 0),
  }),
  v.forward(
    v.check(
      ({ delay, minutesBetween }) => delay === undefined || minutesBetween === undefined,
      "says the same as 'delay'; give one of them",
    ),
    ["minutesBetween"],
  ),
  v.transform(({ minutesBetween = 0, ...given }): RetryAttributes => {
    const { times, factor, jitter, platformTimes = times, delay = minutesBetween * 60 } = given;
    return { times, platformTimes, delay, factor, maxDelay: given.maxDelay ?? Math.max(HOUR, delay), jitter };
  }),
) as v.GenericSchema<RetryOptions, RetryAttributes>;

/**
 * Makes further attempts at a step that failed.
 *
 * ```ts
 * @retry({ times: 5, delay: "10s", factor: 2 })
 * @step async fetch() { … }
 * ```
 *
 * While a task waits for its next attempt, other tasks use its worker. What a failed attempt assigned is gone.
 */
export const retry: StepDecoratorFactory<RetryOptions, RetryAttributes> = defineStepDecorator({
  name: "retry",
  contract: 1,
  options: schema,
  policy: ({ times, platformTimes, delay, factor, maxDelay, jitter }) => ({
    retry: { times, platformTimes, delayMs: delay * 1000, factor, maxDelayMs: maxDelay * 1000, jitter },
  }),
});
