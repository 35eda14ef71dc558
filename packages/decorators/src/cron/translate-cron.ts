import { errors } from "../errors.js";
import type { CronField } from "./fields.js";
import { type Cron, type CronProblem, parseCron, type SpecialDay } from "./parse-cron.js";
import type { FieldValues } from "./parse-field.js";

/**
 * Forms of cron expressions: `standard` has five fields, as crontab, Kubernetes and Argo Workflows take them; `aws` six
 * with the year as the last, as EventBridge takes them; `kubeflow` six with seconds as the first.
 */
export type CronTarget = "standard" | "aws" | "kubeflow";

/** An expression in a target's form, or why there is none. */
export type WrittenCron = { readonly text: string } | { readonly problem: CronProblem };

/**
 * The same times in a target's form, with numbers alone: no names, no `L` where a number says it.
 *
 * @throws MFD_CRON_INVALID, MFD_CRON_UNTRANSLATABLE
 */
export function translateCron(expression: string, target: CronTarget): string {
  const cron = parseCron(expression);
  if (isProblems(cron)) throw errors.CRON_INVALID({ expression, problems: cron.map(showCronProblem) });
  const written = writeCron(cron, target);
  if ("text" in written) return written.text;
  throw errors.CRON_UNTRANSLATABLE({ expression, target, problem: showCronProblem(written.problem) });
}

/** `month: '13' is not 1 to 12 or JAN to DEC` */
export function showCronProblem({ field, problem }: CronProblem): string {
  return field === null ? problem : `${field}: ${problem}`;
}

export function isProblems(cron: Cron | readonly CronProblem[]): cron is readonly CronProblem[] {
  return Array.isArray(cron);
}

export function writeCron(cron: Cron, target: CronTarget): WrittenCron {
  if (target === "aws") return writeWithYear(cron);
  const { minute, hour, dayOfMonth, month, dayOfWeek, year } = cron;
  if (year !== null) return cannot("year", `${target} cron has no years`);
  if (isSpecial(dayOfMonth)) return cannot("dayOfMonth", `${target} cron has no '${dayOfMonth.mark}'`);
  if (isSpecial(dayOfWeek)) return cannot("dayOfWeek", `${target} cron has no '${dayOfWeek.mark}'`);
  const text = [minute, hour, dayOfMonth, month, dayOfWeek].map(writeValues).join(" ");
  return { text: target === "kubeflow" ? `0 ${text}` : text };
}

function writeWithYear({ minute, hour, dayOfMonth, month, dayOfWeek, year }: Cron): WrittenCron {
  if (dayOfMonth !== null && dayOfWeek !== null) {
    return cannot(
      "dayOfWeek",
      "aws cron cannot say 'this day of the month or that of the week'; make it two schedules",
    );
  }
  const fromOne = isSpecial(dayOfWeek) || dayOfWeek === null ? dayOfWeek : dayOfWeek.map((day) => day + 1);
  const days = [dayOfWeek === null ? writeDay(dayOfMonth) : "?", dayOfWeek === null ? "?" : writeDay(fromOne)];
  const fields = [minute, hour, days[0], month, days[1], year];
  return { text: fields.map((field) => (typeof field === "string" ? field : writeValues(field ?? null))).join(" ") };
}

function writeDay(day: FieldValues | SpecialDay): string {
  if (!isSpecial(day)) return writeValues(day);
  return day.weekday === null ? day.mark : `${day.weekday + 1}${day.mark}`;
}

function cannot(field: CronField, problem: string): WrittenCron {
  return { problem: { field, problem } };
}

function isSpecial(day: FieldValues | SpecialDay): day is SpecialDay {
  return day !== null && "mark" in day;
}

/** `*`, `5`, `0-30/15`, `1-5,9`: what means the same to all readers of cron. */
function writeValues(values: FieldValues): string {
  if (values === null) return "*";
  const [first = 0, second = 0] = values;
  const step = second - first;
  const isEven = values.every((value, k) => value === first + k * step);
  if (values.length > 2 && step > 1 && isEven) return `${first}-${values.at(-1)}/${step}`;
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(","))).join(",");
}
