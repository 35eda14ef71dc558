import type { StandardSchemaV1 } from "@standard-schema/spec";
import { closest } from "fastest-levenshtein";
import { errors } from "../errors/codes.js";
import { DECORATOR_NAME } from "./parse-spec.js";

/** What definitions of one kind consist of. */
export interface DefinitionShape {
  /** How messages call one: `step decorator`. */
  readonly kind: string;
  readonly fields: readonly string[];
  readonly hooks: readonly string[];
}

export const STEP_DECORATOR: DefinitionShape = {
  kind: "step decorator",
  fields: ["name", "aliases", "contract", "options", "repeatable", "order", "conflictsWith", "parallel", "cliOptions"],
  hooks: ["check", "policy", "files", "redact", "prepare", "wrap", "fallback"],
};

export const FLOW_DECORATOR: DefinitionShape = {
  kind: "flow decorator",
  fields: ["name", "contract", "options", "repeatable", "order", "conflictsWith", "cliOptions"],
  hooks: ["check", "start", "current", "exitHooks"],
};

/** What every definition has, whatever its kind. */
interface AnyDefinition {
  readonly name?: unknown;
  readonly aliases?: unknown;
  readonly contract?: unknown;
  readonly options?: Partial<StandardSchemaV1>;
}

/**
 * Refuses a definition that is not well made. Types say the same, but a plugin may be plain JavaScript, or be written for
 * another version.
 *
 * @throws DECORATOR_INVALID
 */
export function checkDefinition(definition: object, { kind, fields, hooks }: DefinitionShape): void {
  const { name, aliases = [], contract, options } = definition as AnyDefinition;
  const refuse = (problem: string): Error => errors.DECORATOR_INVALID({ kind, decorator: String(name), problem });
  if (!isName(name)) throw refuse("its name has to be letters, digits, '_' and '-', with a letter first");
  if (!Array.isArray(aliases) || !aliases.every(isName)) throw refuse("its aliases have to be a list of names");
  if (contract !== 1) throw refuse(`it is written for version ${String(contract)} of the contract, and this is 1`);
  if (typeof options?.["~standard"]?.validate !== "function") throw refuse("its options have to be a Standard Schema");
  for (const [key, value] of Object.entries(definition)) {
    if (fields.includes(key) || value === undefined) continue;
    if (!hooks.includes(key)) {
      throw refuse(`there is no '${key}' in one; did you mean '${closest(key, [...hooks, ...fields])}'?`);
    }
    if (typeof value !== "function") throw refuse(`its '${key}' has to be a function, and is ${describe(value)}`);
  }
}

function isName(value: unknown): boolean {
  return typeof value === "string" && DECORATOR_NAME.test(value);
}

function describe(value: unknown): string {
  return value === null ? "null" : `a value of type ${typeof value}`;
}
