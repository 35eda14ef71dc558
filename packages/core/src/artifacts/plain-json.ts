import { types } from "node:util";
import { hasOnlyItems, isComputed, isData } from "./check-object.js";
import { MAX_JSON_DEPTH } from "./format.js";
import { coreTypeOf } from "./kinds.js";

const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols } = Object;

/**
 * True where `JSON.parse(JSON.stringify(value))` gives an equal value: plain data, each object in one place only,
 * nested no deeper than {@link MAX_JSON_DEPTH}.
 */
export function isPlainJson(value: unknown): boolean {
  return typeof value === "object" && value !== null ? isPlainObject(value, new Set(), 1) : isPlainScalar(value);
}

/** True where parsed JSON nests no deeper than what {@link isPlainJson} lets through. */
export function isWithinJsonDepth(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth >= MAX_JSON_DEPTH) return false;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === "object" && !isWithinJsonDepth(item, depth + 1)) return false;
    return true;
  }
  for (const key in value) {
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === "object" && !isWithinJsonDepth(item, depth + 1)) return false;
  }
  return true;
}

function isPlainScalar(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value) && (value !== 0 || 1 / value > 0);
  return typeof value === "string" || typeof value === "boolean" || value === null;
}

function isPlainObject(value: object, seen: Set<object>, depth: number): boolean {
  if (depth > MAX_JSON_DEPTH || seen.has(value)) return false;
  seen.add(value);
  const kind = kindOf(value);
  if (kind === "Array") return isPlainArray(value as unknown[], seen, depth);
  return kind === "Object" && isPlainRecord(value, seen, depth);
}

/** The common cases without the look-up in the table of types. */
function kindOf(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return types.isProxy(value) ? undefined : "Object";
  if (prototype === Array.prototype && Array.isArray(value)) return types.isProxy(value) ? undefined : "Array";
  return coreTypeOf(value)?.kind;
}

function isPlainArray(array: readonly unknown[], seen: Set<object>, depth: number): boolean {
  for (let i = 0; i < array.length; i++) {
    if (isComputed(array, i)) return false;
    const item = array[i];
    if (typeof item === "object" && item !== null) {
      if (!isPlainObject(item, seen, depth + 1)) return false;
    } else if (!isPlainScalar(item)) {
      return false;
    }
  }
  return hasOnlyItems(array);
}

function isPlainRecord(record: object, seen: Set<object>, depth: number): boolean {
  if (getOwnPropertySymbols(record).length > 0) return false;
  for (const key of getOwnPropertyNames(record)) {
    const property = getOwnPropertyDescriptor(record, key);
    if (!isData(property)) return false;
    // JSON could hold the key, but whoever copies parsed JSON by assignment would lose it.
    if (key === "__proto__") return false;
    const item: unknown = property.value;
    if (typeof item === "object" && item !== null) {
      if (!isPlainObject(item, seen, depth + 1)) return false;
    } else if (!isPlainScalar(item)) {
      return false;
    }
  }
  return true;
}
