import { defineFlowDecorator, type FlowDecoratorFactory, type ScheduleRequest } from "@metaflow-ts/core/plugin";
import * as v from "valibot";
import { parseCron } from "./cron/parse-cron.js";
import { isProblems, showCronProblem, writeCron } from "./cron/translate-cron.js";
import { options, value } from "./option-schemas.js";

/** Options of `@schedule`: `cron` counts before `weekly`, that before `hourly`, and that before `daily`. */
export interface ScheduleOptions {
  /** Five standard fields, or the six of Metaflow and AWS, of which the last is the year. Null: none. */
  readonly cron?: string | null | undefined;
  /** At the start of each Sunday. Default false. */
  readonly weekly?: boolean | undefined;
  /** At the start of each hour. Default false. */
  readonly hourly?: boolean | undefined;
  /** At the start of each day. Default true, unless `cron` is given. */
  readonly daily?: boolean | undefined;
  /** IANA name such as `"Europe/Berlin"`. Default `"UTC"`. */
  readonly timezone?: string | undefined;
}

const flag = value<boolean>("true or false", (input) => typeof input === "boolean");

const cron = v.pipe(
  value<string>("a cron expression", (input) => typeof input === "string"),
  v.rawTransform<string, string>(({ dataset, addIssue, NEVER }) => {
    const parsed = parseCron(dataset.value);
    if (!isProblems(parsed)) return shortest(parsed, dataset.value);
    for (const problem of parsed) addIssue({ message: showCronProblem(problem) });
    return NEVER;
  }),
);

const timezone = value<string>("the IANA name of a time zone, such as 'Europe/Berlin'", isTimezone);

const schema = v.pipe(
  options({
    cron: v.optional(v.nullable(cron)),
    weekly: v.optional(flag, false),
    hourly: v.optional(flag, false),
    daily: v.optional(flag),
    timezone: v.optional(timezone, "UTC"),
  }),
  v.transform(({ timezone, ...given }): ScheduleRequest => ({ cron: timesOf(given), timezone })),
) satisfies v.GenericSchema<ScheduleOptions, ScheduleRequest>;

/**
 * Says when a deployed flow starts by itself. It has no effect on `run`.
 *
 * ```ts
 * @schedule({ cron: "30 6 * * MON-FRI", timezone: "Europe/Berlin" })
 * export default class ReportFlow extends FlowSpec { … }
 * ```
 */
export const schedule: FlowDecoratorFactory<ScheduleOptions, ScheduleRequest> = defineFlowDecorator({
  name: "schedule",
  contract: 1,
  options: schema,
});

/** What stands for the presets, as Metaflow has them. */
function timesOf(given: Omit<ScheduleOptions, "timezone">): string | null {
  if (given.cron != null) return given.cron;
  if (given.weekly) return "0 0 * * 0";
  if (given.hourly) return "0 * * * *";
  return (given.daily ?? given.cron === undefined) ? "0 0 * * *" : null;
}

/** Five fields where they can say it: then every deployer understands it. */
function shortest(parsed: Exclude<ReturnType<typeof parseCron>, readonly unknown[]>, expression: string): string {
  for (const target of ["standard", "aws"] as const) {
    const written = writeCron(parsed, target);
    if ("text" in written) return written.text;
  }
  return expression;
}

/** Offsets, which `Intl` takes too, are no zones: their clocks never change. */
function isTimezone(input: unknown): boolean {
  if (typeof input !== "string" || !/^[A-Za-z]/.test(input)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: input }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
