import type { ObservedRunStatus } from "../../contracts/records.js";
import { errors } from "../../errors/codes.js";
import { type OptionDetails, type OptionSpec, singleOption } from "../option-spec.js";

const STATUSES: readonly ObservedRunStatus[] = ["running", "successful", "failed", "cancelled", "dead", "unreadable"];
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** Takes a day, a time in ISO 8601, or how long ago: `2026-01-02`, `2026-01-02T03:04Z`, `90m`, `7d`. */
export function timeOption(flags: string, details: OptionDetails): OptionSpec<Date | undefined> {
  return singleOption<Date | undefined>(flags, details, undefined, (text, source) => {
    const time = parseTime(text);
    if (time !== null) return time;
    const expected = "a day or time such as 2026-01-02 or 2026-01-02T03:04Z, or an age such as 90m or 7d";
    throw errors.OPTION_INVALID({ option: source, text, expected });
  });
}

/** Takes the statuses that a reader may see, several separated by commas. */
export function statusOption(
  flags: string,
  details: OptionDetails,
): OptionSpec<readonly ObservedRunStatus[] | undefined> {
  return {
    ...details,
    flags,
    repeatable: true,
    parse(texts, source) {
      return texts
        ?.flatMap((text) => text.split(","))
        .map((text) => {
          const found = STATUSES.find((status) => status === text.trim());
          if (found !== undefined) return found;
          throw errors.OPTION_INVALID({ option: source, text, expected: `one of ${STATUSES.join(", ")}` });
        });
    },
  };
}

/** Null for what is no time. A day begins where its reader lives. */
function parseTime(text: string, now: number = Date.now()): Date | null {
  const [, amount, unit] = /^(\d+)\s*([smhdw])$/.exec(text) ?? [];
  if (unit !== undefined) return new Date(now - Number(amount) * UNITS[unit as keyof typeof UNITS]);
  if (!/^\d{4}-\d\d-\d\d(T.+)?$/.test(text)) return null;
  const time = new Date(text.length === 10 ? `${text}T00:00` : text);
  return Number.isNaN(time.getTime()) ? null : time;
}
