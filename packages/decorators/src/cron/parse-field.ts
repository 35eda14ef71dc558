import type { FieldRule } from "./fields.js";

/** The numbers that a field allows, ascending; null: any. */
export type FieldValues = readonly number[] | null;

/** A field's text, or what is wrong with it: `must …`. */
export type ParsedField = { readonly values: FieldValues } | { readonly problem: string };

/** Reads a field without special days: `*`, `5`, `1-5`, `MON-FRI`, steps such as `0/15`, and lists of them. */
export function parseField(text: string, rule: FieldRule): ParsedField {
  if (text === "*" || text === "?" || text === "*/1") return { values: null };
  const all = new Set<number>();
  for (const item of text.split(",")) {
    const parsed = parseItem(item, rule);
    if ("problem" in parsed) return parsed;
    for (const value of parsed.values) all.add(value);
  }
  return { values: [...all].sort((a, b) => a - b) };
}

/** A number or a name; null where the text is neither. Sunday may be 7 where it is 0. */
export function parseValue(text: string, { min, max, names }: FieldRule): number | null {
  const named = names.indexOf(text.toUpperCase());
  if (named !== -1) return named + min;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (isWeek({ min, names }) && value === 7) return min === 0 ? 0 : 7;
  return value >= min && value <= max ? value : null;
}

function parseItem(
  item: string,
  rule: FieldRule,
): { readonly values: readonly number[] } | { readonly problem: string } {
  const [range = "", stepText, ...rest] = item.split("/");
  const step = stepText === undefined ? 1 : /^\d{1,4}$/.test(stepText) ? Number(stepText) : 0;
  const span = rule.max - rule.min + 1;
  if (rest.length > 0 || step < 1 || step > span) {
    return { problem: `'${item}' has no step from 1 to ${span} after its '/'` };
  }
  const [first = "", last, ...more] = range.split("-");
  const from = first === "*" ? rule.min : parseValue(first, rule);
  // A single number with a step counts on to the end of the field.
  const open = first === "*" || (last === undefined && stepText !== undefined);
  const to = open ? rule.max : last === undefined ? from : parseValue(last, rule);
  if (from === null || to === null || more.length > 0 || (first === "*" && last !== undefined)) {
    return { problem: `'${item}' is not ${expectation(rule)}` };
  }
  if (from > to && !isWeek(rule)) return { problem: `'${range}' goes backwards` };
  const count = from > to ? to + span - from : to - from;
  const values: number[] = [];
  for (let k = 0; k <= count; k += step) values.push(((from + k - rule.min) % span) + rule.min);
  return { values };
}

function isWeek({ min, names }: Pick<FieldRule, "min" | "names">): boolean {
  return names.length === 7 && min <= 1;
}

function expectation({ min, max, names }: FieldRule): string {
  const words = names.length === 0 ? "" : ` or ${names[0]} to ${names.at(-1)}`;
  return `${min} to ${max}${words}`;
}
