import * as v from "valibot";

/** Options by name; one that is not among them is refused. */
export function options<const E extends v.ObjectEntries>(entries: E) {
  const names = Object.keys(entries).join(", ");
  const known = names === "" ? "there are none" : `there are ${names}`;
  return v.strictObject(entries, ({ expected, received }) => {
    if (expected === "never") return `there is no such option; ${known}`;
    return expected === "Object" ? `the options must be an object, not ${received}` : "is missing";
  });
}

/** A value of which `test` says whether it can be taken; `expectation` completes "must be …". */
export function value<T>(expectation: string, test: (input: unknown) => boolean): v.GenericSchema<T> {
  return v.custom<T>(test, ({ received }) => `must be ${expectation}, not ${received}`);
}

/** A number within limits, both of them included. */
export function numberFrom(min: number, max = Number.MAX_SAFE_INTEGER): v.GenericSchema<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `a number from ${min}` : `a number from ${min} to ${max}`;
  return value(range, (input) => typeof input === "number" && input >= min && input <= max);
}

/** The options, of which one of those that are named has to be given. */
export type OneOf<O, Names extends keyof O> = O &
  { readonly [N in Names]: { readonly [Given in N]-?: Exclude<O[Given], undefined> } }[Names];

/** 0, 1, 2, … */
export const wholeNumber: v.GenericSchema<number> = value(
  "a whole number from 0",
  (input) => Number.isSafeInteger(input) && Number(input) >= 0,
);

/** Node's timers count no further than this: about 24.8 days, in seconds. */
export const LONGEST = 2_147_483;

const DURATION = /^(\d+(?:\.\d+)?) ?(ms|s|m|h|d)$/;
const SECONDS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds, or text such as `"500ms"`, `"30s"`, `"2m"`, `"1.5h"`; made seconds. */
export const duration: v.GenericSchema<number | string, number> = v.pipe(
  value<number | string>("seconds or a duration such as '30s' or '2m', of at most 24 days", (input) => {
    const seconds = secondsOf(input);
    return seconds >= 0 && seconds <= LONGEST;
  }),
  v.transform((input) => secondsOf(input)),
);

function secondsOf(input: unknown): number {
  if (typeof input === "number") return input;
  const [, amount, unit = ""] = DURATION.exec(String(input)) ?? [];
  return Number(amount) * (SECONDS[unit] ?? Number.NaN);
}
