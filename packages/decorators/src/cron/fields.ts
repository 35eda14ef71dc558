/** The fields of a cron expression, as messages name them. */
export type CronField = "minute" | "hour" | "dayOfMonth" | "month" | "dayOfWeek" | "year";

/** What one field may hold. */
export interface FieldRule {
  readonly min: number;
  readonly max: number;
  /** Words for numbers, from the least one on. */
  readonly names: readonly string[];
  /** What a day may be beside numbers: the last one, the weekday nearest to one, … */
  readonly special: RegExp | null;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const numbers = (min: number, max: number, names: readonly string[] = []): FieldRule => ({
  ...{ min, max, names },
  special: null,
});

/** The rules of all fields. Days of the week count from 0 in standard cron, and from 1 in the form with a year. */
export function fieldRules(sunday: 0 | 1): Readonly<Record<CronField, FieldRule>> {
  return {
    minute: numbers(0, 59),
    hour: numbers(0, 23),
    dayOfMonth: { ...numbers(1, 31), special: /^(?:L|LW|(?:[1-9]|[12]\d|3[01])W)$/ },
    month: numbers(1, 12, MONTHS),
    dayOfWeek: { ...numbers(sunday, sunday + 6, WEEKDAYS), special: /^(?:L|(?:\d|[A-Z]{3})(?:L|#[1-5]))$/ },
    year: numbers(1970, 2199),
  };
}
