import { Cron } from "croner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CronTarget, translateCron } from "./translate-cron.js";

/** How another reader of cron understands each form. */
const READERS = {
  standard: { prefix: "", mode: "5-part", alternativeWeekdays: false },
  aws: { prefix: "0 ", mode: "7-part", alternativeWeekdays: true },
  kubeflow: { prefix: "", mode: "6-part", alternativeWeekdays: false },
} as const;

function nextTimes(expression: string, form: CronTarget, from: Date, timezone = "UTC"): readonly string[] {
  const { prefix, ...options } = READERS[form];
  const cron = new Cron(`${prefix}${expression}`, { ...options, sloppyRanges: true, timezone });
  return cron.nextRuns(12, from).map((time) => time.toISOString());
}

const pick = (min: number, max: number) => fc.integer({ min, max });
const names = (...words: readonly string[]) => fc.constantFrom(...words);
const weekday = names("SUN", "MON", "tue", "Wed", "THU", "FRI", "SAT");
const month = names("JAN", "feb", "MAR", "APR", "MAY", "Jun", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

/** One item of a field: a number, a range, a step. */
function item(min: number, max: number): fc.Arbitrary<string> {
  const range = fc.tuple(pick(min, max), pick(min, max)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
  const step = pick(1, max - min + 1);
  return fc.oneof(
    pick(min, max).map(String),
    range.map(([a, b]) => `${a}-${b}`),
    fc.tuple(range, step).map(([[a, b], n]) => `${a}-${b}/${n}`),
    fc.tuple(pick(min, max), step).map(([a, n]) => `${a}/${n}`),
    step.map((n) => `*/${n}`),
  );
}

const list = (one: fc.Arbitrary<string>) => fc.array(one, { minLength: 1, maxLength: 3 }).map((all) => all.join());
const field = (min: number, max: number) => fc.oneof(fc.constant("*"), list(item(min, max)));
const clock = [field(0, 59), field(0, 23)] as const;
const dayOfMonth = list(item(1, 28));
const months = fc.oneof(field(1, 12), list(month));
const since = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });

/** A day with a step of `*`, beside another day: readers of cron differ on whether it restricts. */
function isAmbiguous(expression: string): boolean {
  const [, , day = "", , weekdays = ""] = expression.split(" ");
  return (day.includes("*/") && weekdays !== "*") || (weekdays.includes("*/") && day !== "*");
}

const standard = fc
  .tuple(...clock, fc.oneof(fc.constant("*"), dayOfMonth), months, fc.oneof(field(0, 6), list(weekday)))
  .map((fields) => fields.join(" "))
  .filter((expression) => !isAmbiguous(expression));

const withYear = fc
  .tuple(
    ...clock,
    fc.oneof(
      fc.tuple(fc.oneof(fc.constant("*"), names("L", "15W", "LW", "3w"), dayOfMonth), months, fc.constant("?")),
      fc.tuple(fc.constant("?"), months, fc.oneof(field(1, 7), list(weekday), names("6L", "2#1", "FRIL", "MON#3"))),
    ),
  )
  .map(([minute, hour, days]) => [minute, hour, ...days, "*"].join(" "));

describe("a translated expression means the same times", () => {
  it.each(["standard", "kubeflow"] as const)("from five fields to %s", (target) => {
    fc.assert(
      fc.property(standard, since, (expression, from) => {
        const translated = translateCron(expression, target);
        expect(nextTimes(translated, target, from)).toEqual(nextTimes(expression, "standard", from));
      }),
      { numRuns: 300 },
    );
  });

  it("from five fields to aws, unless both days are told", () => {
    fc.assert(
      fc.property(standard, since, (expression, from) => {
        const [, , day, , weekdays] = translateCron(expression, "standard").split(" ");
        if (day !== "*" && weekdays !== "*") {
          expect(() => translateCron(expression, "aws")).toThrow("dayOfWeek");
        } else {
          const translated = translateCron(expression, "aws");
          expect(nextTimes(translated, "aws", from)).toEqual(nextTimes(expression, "standard", from));
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(["standard", "kubeflow", "aws"] as const)("from six fields to %s", (target) => {
    fc.assert(
      fc.property(withYear, since, (expression, from) => {
        if (target !== "aws" && /[LW#]/i.test(expression.replaceAll(/wed|jul/gi, ""))) {
          expect(() => translateCron(expression, target)).toThrow(/day(OfMonth|OfWeek): .* has no '/);
        } else {
          const translated = translateCron(expression, target);
          expect(nextTimes(translated, target, from)).toEqual(nextTimes(expression, "aws", from));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("also where clocks change", () => {
    const zones = fc.constantFrom("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca");
    const changes = fc.constantFrom("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-04-05", "2026-10-04");
    fc.assert(
      fc.property(standard, zones, changes, (expression, zone, day) => {
        const from = new Date(`${day}T00:00:00Z`);
        const translated = translateCron(expression, "kubeflow");
        expect(nextTimes(translated, "kubeflow", from, zone)).toEqual(nextTimes(expression, "standard", from, zone));
      }),
      { numRuns: 100 },
    );
  });

  it("and translating it again changes nothing", () => {
    fc.assert(
      fc.property(standard, (expression) => {
        const once = translateCron(expression, "standard");
        expect(translateCron(once, "standard")).toBe(once);
      }),
    );
  });
});

describe("expressions", () => {
  it.each([
    // What Metaflow's presets stand for.
    ["0 * * * ? *", "0 * * * *", "0 0 * * * *", "0 * * * ? *"],
    ["0 0 * * ? *", "0 0 * * *", "0 0 0 * * *", "0 0 * * ? *"],
    ["0 0 ? * SUN *", "0 0 * * 0", "0 0 0 * * 0", "0 0 ? * 1 *"],
    ["0/15 9 ? * 2-6 *", "0-45/15 9 * * 1-5", "0 0-45/15 9 * * 1-5", "0-45/15 9 ? * 2-6 *"],
    ["30 9 * * MON-FRI", "30 9 * * 1-5", "0 30 9 * * 1-5", "30 9 ? * 2-6 *"],
    ["0 9 * * SAT-MON", "0 9 * * 0,1,6", "0 0 9 * * 0,1,6", "0 9 ? * 1,2,7 *"],
    ["0 9 * * 5-7", "0 9 * * 0,5,6", "0 0 9 * * 0,5,6", "0 9 ? * 1,6,7 *"],
    ["0 9 1-31 * MON", "0 9 * * *", "0 0 9 * * *", "0 9 * * ? *"],
    ["0 9 */1 * MON", "0 9 * * 1", "0 0 9 * * 1", "0 9 ? * 2 *"],
    ["0 */2 * * *", "0 0-22/2 * * *", "0 0 0-22/2 * * *", "0 0-22/2 * * ? *"],
    ["0 9 ? * L *", "0 9 * * 6", "0 0 9 * * 6", "0 9 ? * 7 *"],
  ])("%s", (expression, ...expected) => {
    const targets = ["standard", "kubeflow", "aws"] as const;
    expect(targets.map((target) => translateCron(expression, target))).toEqual(expected);
  });

  it.each([
    ["60 * * * *", "minute: '60' is not 0 to 59"],
    ["* 24 * * *", "hour: '24' is not 0 to 23"],
    ["* * 0 * *", "dayOfMonth: '0' is not 1 to 31"],
    ["* * * 13 *", "month: '13' is not 1 to 12 or JAN to DEC"],
    ["* * * * 8", "dayOfWeek: '8' is not 0 to 6 or SUN to SAT"],
    ["0 9 ? * 0 *", "dayOfWeek: '0' is not 1 to 7 or SUN to SAT"],
    ["0 9 ? * MON 1900", "year: '1900' is not 1970 to 2199"],
    ["*/0 * * * *", "minute: '*/0' has no step from 1 to 60 after its '/'"],
    ["*/61 * * * *", "minute: '*/61' has no step from 1 to 60 after its '/'"],
    ["30-10 * * * *", "minute: '30-10' goes backwards"],
    ["1,,2 * * * *", "minute: '' is not 0 to 59"],
    ["? * * * *", "minute: '?' stands alone, for a day of the month or of the week"],
    ["* * * * FUN", "dayOfWeek: 'FUN' is not 0 to 6 or SUN to SAT"],
    ["60 24 0 13 8", "minute: '60' is not 0 to 59; hour: '24' is not 0 to 23; dayOfMonth: '0' is not 1 to 31"],
    ["0 0 9 * * *", "dayOfWeek: in six fields one of the two days, and one only, is '?'"],
    ["0 0 9 * * 1", "year: '1' is not 1970 to 2199"],
    ["0 9 1 * MON 2026", "dayOfWeek: in six fields one of the two days, and one only, is '?'"],
    ["* * *", "has 3 fields; there are five"],
    ["0 0 9 ? * MON *", "has 7 fields; there are five"],
    ["@daily", "'@daily' is no cron expression; use 'hourly', 'daily' or 'weekly'"],
    ["", "has 1 fields"],
  ])("refuses %j and names the field", (expression, problem) => {
    expect(() => translateCron(expression, "standard")).toThrow(problem);
  });

  it.each([
    ["0 9 ? * MON 2030", "standard", "year: standard cron has no years"],
    ["0 9 L * ? *", "kubeflow", "dayOfMonth: kubeflow cron has no 'L'"],
    ["0 9 ? * 6#3 *", "standard", "dayOfWeek: standard cron has no '#3'"],
    ["0 9 13 * FRI", "aws", "dayOfWeek: aws cron cannot say 'this day of the month or that of the week'"],
  ] as const)("%s cannot be written for %s", (expression, target, problem) => {
    expect(() => translateCron(expression, target)).toThrow(problem);
  });
});
