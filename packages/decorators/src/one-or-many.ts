import * as v from "valibot";
import { options, value } from "./option-schemas.js";

/** Options for the place where a flow is deployed; nothing here looks into them. */
export const deployOptions = v.optional(value<Readonly<Record<string, unknown>>>("an object", isRecord), {});

/** Reads an item; a text says what is wrong with it. */
export type ReadItem<T> = (item: unknown, isOnly: boolean) => T | string;

export const FUNCTION = "a function cannot be kept with a deployment: write down what it would return";

/** Options that have one thing under a name, or several under another, each of them once. */
export function oneOrMany<const M extends string, T extends { readonly name: string }>(
  one: string,
  many: M,
  read: ReadItem<T>,
) {
  const entries = { [one]: v.optional(v.unknown()), [many]: v.optional(v.unknown()), options: deployOptions };
  return v.pipe(
    // Which of them have to be given, the types of the decorators' own options say.
    options(entries) as v.GenericSchema<unknown, Readonly<Record<string, unknown>>>,
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const given = dataset.value;
      const wrong = wrongChoice(one, many, given);
      const { values, problems } = wrong === null ? readAll(one, many, given, read) : { values: [], problems: [wrong] };
      for (const message of problems) addIssue({ message });
      if (problems.length > 0) return NEVER;
      return { [many]: values, options: given.options } as Readonly<Record<M, readonly T[]>> & DeployOptions;
    }),
  );
}

/** Options for the place where a flow is deployed. */
export interface DeployOptions {
  readonly options: Readonly<Record<string, unknown>>;
}

function wrongChoice(one: string, many: string, given: Readonly<Record<string, unknown>>): string | null {
  const [single, list] = [given[one], given[many]];
  if (single !== undefined && list !== undefined) return `give '${one}' or '${many}', not both`;
  if (single !== undefined) return null;
  if (list === undefined) return `there is no ${one}; give '${one}' or '${many}'`;
  return Array.isArray(list) && list.length > 0 ? null : `${many}: must be a list of at least one ${one}`;
}

function readAll<T extends { readonly name: string }>(
  one: string,
  many: string,
  given: Readonly<Record<string, unknown>>,
  read: ReadItem<T>,
): { readonly values: readonly T[]; readonly problems: readonly string[] } {
  const isSingle = given[one] !== undefined;
  const items = isSingle ? [given[one]] : (given[many] as readonly unknown[]);
  const values: T[] = [];
  const problems: string[] = [];
  for (const [k, item] of items.entries()) {
    const result = typeof item === "function" ? FUNCTION : read(item, items.length === 1);
    const isKnown = typeof result !== "string" && values.some((other) => sameName(other, result));
    const problem = typeof result === "string" ? result : isKnown ? `'${result.name}' is there twice` : null;
    if (problem !== null) problems.push(`${isSingle ? one : `${many}: ${k}`}: ${problem}`);
    else values.push(result as T);
  }
  return { values, problems };
}

/** What an item gives to parameters does not tell it from another. */
function sameName(a: object, b: object): boolean {
  return JSON.stringify({ ...a, parameters: null }) === JSON.stringify({ ...b, parameters: null });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
