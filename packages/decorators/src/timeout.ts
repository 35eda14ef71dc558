import { defineStepDecorator, type StepDecoratorFactory } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { LONGEST, numberFrom, type OneOf, options } from "./option-schemas.js";

/** Options of `@timeout`: their sum counts, and one of them must be given. */
export type TimeoutOptions = OneOf<Durations, keyof Durations>;

interface Durations {
  /** Default 0. */
  readonly seconds?: number | undefined;
  /** Default 0. */
  readonly minutes?: number | undefined;
  /** Default 0. */
  readonly hours?: number | undefined;
}

/** The same, completed. */
export type TimeoutAttributes = Readonly<Record<"seconds" | "minutes" | "hours", number>>;

const secondsOf = ({ seconds, minutes, hours }: TimeoutAttributes): number => seconds + minutes * 60 + hours * 3600;

const schema = v.pipe(
  options({
    seconds: v.optional(numberFrom(0), 0),
    minutes: v.optional(numberFrom(0), 0),
    hours: v.optional(numberFrom(0), 0),
  }),
  v.check((given) => secondsOf(given) > 0, "give a duration: 'seconds', 'minutes' or 'hours'"),
  v.check(
    (given) => secondsOf(given) <= LONGEST,
    "the sum of 'seconds', 'minutes' and 'hours' must be at most 24 days",
  ),
) as v.GenericSchema<TimeoutOptions, TimeoutAttributes>;

/**
 * Ends an attempt that takes too long: `current.signal` aborts first, and a few seconds later its process is killed,
 * which also stops code that never lets go. The attempt has failed then, as by an error: `@retry` and `@catchError`
 * apply.
 *
 * ```ts
 * @timeout({ minutes: 10 })
 * @step async train() { await fit({ signal: current.signal }); … }
 * ```
 */
export const timeout: StepDecoratorFactory<TimeoutOptions, TimeoutAttributes> = defineStepDecorator({
  name: "timeout",
  contract: 1,
  options: schema,
  policy: (given) => ({ timeLimitMs: Math.ceil(secondsOf(given) * 1000) }),
});
