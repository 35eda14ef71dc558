import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A Standard Schema from a function that returns the options, completed, or text that says what is wrong. */
export function optionSchema<O extends object>(
  read: (given: Readonly<Record<string, unknown>>) => O | string,
): StandardSchemaV1<unknown, O> {
  return {
    "~standard": {
      version: 1,
      vendor: "metaflow-ts",
      validate(given) {
        if (!isObject(given)) return { issues: [{ message: "the options must be an object" }] };
        const result = read(given);
        return typeof result === "string" ? { issues: [{ message: result }] } : { value: result };
      },
    },
  };
}

/** The first option that is none of those known, as a problem. */
export function unknownOption(given: Readonly<Record<string, unknown>>, known: readonly string[]): string | undefined {
  const name = Object.keys(given).find((each) => !known.includes(each));
  return name === undefined ? undefined : `${name}: there is no such option; there are ${known.join(", ")}`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
