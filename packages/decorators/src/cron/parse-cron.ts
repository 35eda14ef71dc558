import { type CronField, type FieldRule, fieldRules } from "./fields.js";
import { type FieldValues, parseField, parseValue } from "./parse-field.js";

/** A day that no number tells: `L`, `15W`; of a weekday the last one or the n-th, `L` and `#2`. */
export interface SpecialDay {
  /** 0 is Sunday; null where the mark is of the month. */
  readonly weekday: number | null;
  readonly mark: string;
}

/** When a schedule's time has come, whatever form it was written in. Null: any. */
export interface Cron {
  readonly minute: FieldValues;
  readonly hour: FieldValues;
  readonly dayOfMonth: FieldValues | SpecialDay;
  readonly month: FieldValues;
  /** 0 is Sunday. Where the day of the month is told too, either of them will do. */
  readonly dayOfWeek: FieldValues | SpecialDay;
  readonly year: FieldValues;
}

/** What is wrong with an expression. */
export interface CronProblem {
  /** Null where it is all of it. */
  readonly field: CronField | null;
  readonly problem: string;
}

const STANDARD: readonly CronField[] = ["minute", "hour", "dayOfMonth", "month", "dayOfWeek"];
const WITH_YEAR: readonly CronField[] = [...STANDARD, "year"];

/**
 * Reads a cron expression: the five standard fields, or the six of Metaflow and AWS, of which the last is the year.
 *
 * In six fields Sunday is 1, and one of the two day fields is `?`. In five Sunday is 0 or 7, and two day fields that
 * are both given mean either.
 */
export function parseCron(expression: string): Cron | readonly CronProblem[] {
  const texts = expression.trim().split(/\s+/);
  const names = texts.length === WITH_YEAR.length ? WITH_YEAR : STANDARD;
  if (texts.length !== names.length) return [{ field: null, problem: fieldCount(expression, texts.length) }];
  const sunday = names === WITH_YEAR ? 1 : 0;
  const rules = fieldRules(sunday);
  const problems: CronProblem[] = [];
  const fields = names.map((field, k) => [field, readField(field, texts[k] ?? "", rules[field], sunday)] as const);
  const values = fields.map(([field, parsed]) => {
    if ("problem" in parsed) problems.push({ field, problem: parsed.problem });
    return [field, "problem" in parsed ? null : parsed.values] as const;
  });
  if (names === WITH_YEAR && problems.length === 0) problems.push(...questionMarks(texts));
  if (problems.length > 0) return problems;
  return withoutFullDays({ year: null, ...(Object.fromEntries(values) as unknown as Omit<Cron, "year">) });
}

function fieldCount(expression: string, count: number): string {
  if (expression.trim().startsWith("@"))
    return `'${expression}' is no cron expression; use 'hourly', 'daily' or 'weekly'`;
  return `has ${count} fields; there are five (minute hour day month weekday), or six with the year as the last`;
}

function readField(
  field: CronField,
  text: string,
  rule: FieldRule,
  sunday: 0 | 1,
): { readonly values: FieldValues | SpecialDay } | { readonly problem: string } {
  if (text.includes("?") && (rule.special === null || text !== "?")) {
    return { problem: "'?' stands alone, for a day of the month or of the week" };
  }
  const day = text.toUpperCase();
  if (rule.special?.test(day) === true) {
    if (field === "dayOfMonth") return { values: { weekday: null, mark: day } };
    // The last day of the week.
    if (day === "L") return { values: [6] };
    const [, name = "", mark = ""] = /^(\d|[A-Z]{3})(.+)$/.exec(day) ?? [];
    const weekday = parseValue(name, rule);
    if (weekday !== null) return { values: { weekday: weekday - sunday, mark } };
  }
  const parsed = parseField(text, rule);
  if ("problem" in parsed || field !== "dayOfWeek" || parsed.values === null) return parsed;
  return { values: parsed.values.map((value) => value - sunday) };
}

/** With six fields exactly one day field is told. This is also how six fields that begin with seconds are noticed. */
function questionMarks(texts: readonly string[]): readonly CronProblem[] {
  const days = [texts[2], texts[4]];
  if (days.filter((text) => text === "?").length === 1) return [];
  const problem =
    "in six fields one of the two days, and one only, is '?'; the sixth field is the year, and there are no seconds";
  return [{ field: "dayOfWeek", problem }];
}

/** All days are any day, and beside any day the other field says nothing. */
function withoutFullDays(cron: Cron): Cron {
  const isFull =
    (Array.isArray(cron.dayOfMonth) && cron.dayOfMonth.length === 31) ||
    (Array.isArray(cron.dayOfWeek) && cron.dayOfWeek.length === 7);
  return isFull ? { ...cron, dayOfMonth: null, dayOfWeek: null } : cron;
}
