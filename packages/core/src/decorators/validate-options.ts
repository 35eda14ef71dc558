import type { StandardSchemaV1 } from "@standard-schema/spec";
import { errors } from "../errors/codes.js";
import type { SourcePosition } from "../errors/metaflow-error.js";
import type { DecoratorOwner } from "../errors/tables/decorator-errors.js";
import { checkSchema } from "../util/check-schema.js";

/** What the options of a decorator of any kind are checked by. */
interface WithOptions<O> {
  readonly name: string;
  readonly options: StandardSchemaV1<unknown, O>;
}

/** Whose decorator has the options. */
export interface OptionsPlace {
  /** Null where it is asked for once, for all steps. */
  readonly owner: DecoratorOwner | null;
  /** Who asks for it, where that is not the source. */
  readonly insertedBy?: string | null;
  readonly source?: SourcePosition | null;
}

/**
 * A decorator's options, checked and completed by its schema. They have to be data: they travel to the task within
 * the graph. `isAllowed` says what else may be among them.
 *
 * @throws DECORATOR_OPTIONS_INVALID, naming every option that is wrong
 */
export function validateOptions<O>(
  decorator: WithOptions<O>,
  attributes: unknown,
  { owner, insertedBy = null, source }: OptionsPlace,
  isAllowed?: (value: unknown) => boolean,
): O {
  const refuse = (problems: readonly string[]): Error =>
    errors.DECORATOR_OPTIONS_INVALID(
      { decorator: decorator.name, owner, insertedBy, problems },
      { where: { ...owner, source: source ?? undefined } },
    );
  const result = checkSchema(decorator.options, attributes);
  if ("problems" in result) throw refuse(result.problems);
  const strange = findStrange(result.value, isAllowed);
  if (strange !== null) throw refuse([strange]);
  return result.value;
}

/** Options are no deeper, or else go around in a circle. */
const MAX_DEPTH = 100;

/**
 * The first value that JSON would change, with its path, or null. `undefined` may stand for what is left out, and what
 * `isAllowed` says may stand anywhere.
 */
export function findStrange(
  value: unknown,
  isAllowed: (value: unknown) => boolean = () => false,
  path: readonly string[] = [],
): string | null {
  if (isAllowed(value)) return null;
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) return null;
  if (!isPlain(value) || path.length > MAX_DEPTH) {
    const name = path.length === 0 ? "all of it" : path.slice(0, 10).join(".");
    return `${name}: it has to be JSON data, and is ${describe(value)}`;
  }
  for (const [key, member] of Object.entries(value)) {
    // An option that is left out may be said to be undefined.
    const strange =
      member === undefined && !Array.isArray(value) ? null : findStrange(member, isAllowed, [...path, key]);
    if (strange !== null) return strange;
  }
  return null;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Those of another realm have another prototype, and that one has none.
  return Array.isArray(value) || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function describe(value: unknown): string {
  if (typeof value === "function" && value.name === "") return "a function without a name";
  if (typeof value === "object") return `a ${value?.constructor?.name}`;
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
