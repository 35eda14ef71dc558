import type { StandardSchemaV1 } from "@standard-schema/spec";

export type SchemaResult<O> = { readonly value: O } | { readonly problems: readonly string[] };

/** A value as a schema completes it, or everything that is wrong with it. The schema has to answer at once. */
export function checkSchema<O>(schema: StandardSchemaV1<unknown, O>, value: unknown): SchemaResult<O> {
  const result = validate(schema, value);
  if (result instanceof Promise) return { problems: ["its schema answers with a promise, and it must answer at once"] };
  return result.issues === undefined ? { value: result.value } : { problems: result.issues.map(showIssue) };
}

function validate<O>(
  schema: StandardSchemaV1<unknown, O>,
  value: unknown,
): StandardSchemaV1.Result<O> | Promise<StandardSchemaV1.Result<O>> {
  try {
    return schema["~standard"].validate(value);
  } catch (error) {
    return { issues: [{ message: `its schema failed: ${error instanceof Error ? error.message : String(error)}` }] };
  }
}

function showIssue({ message, path }: StandardSchemaV1.Issue): string {
  const names = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return names.length === 0 ? message : `${names.join(".")}: ${message}`;
}
