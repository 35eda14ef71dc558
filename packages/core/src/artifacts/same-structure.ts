import { types } from "node:util";
import { property } from "./value-path.js";
import { bytesOf } from "./views.js";

/**
 * Compares two values as strictly as an artifact must come back: classes, `-0`, holes, order of keys and entries,
 * and which objects are one and the same, cycles included.
 *
 * @returns undefined where they are equal, else the path to the first difference.
 */
export function differenceOf(left: unknown, right: unknown): string | undefined {
  const pairs: Pairs = { rightOf: new Map(), leftOf: new Map() };
  const todo: Comparison[] = [{ path: "value", left, right }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const parts = compare(next, pairs);
    if (typeof parts === "string") return parts;
    for (const part of parts) todo.push(part);
  }
  return undefined;
}

interface Comparison {
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Which object of one side stands for which of the other; the same all over, or identity was lost. */
interface Pairs {
  readonly rightOf: Map<object, object>;
  readonly leftOf: Map<object, object>;
}

/** What is left to compare, or where it differs. */
function compare({ path, left, right }: Comparison, { rightOf, leftOf }: Pairs): string | readonly Comparison[] {
  if (!isObject(left) || !isObject(right)) return Object.is(left, right) ? [] : path;
  if (rightOf.has(left) || leftOf.has(right)) {
    return rightOf.get(left) === right && leftOf.get(right) === left ? [] : `${path} (another object)`;
  }
  rightOf.set(left, right);
  leftOf.set(right, left);
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return `${path} (class)`;
  return content(left) === content(right) ? parts(path, left, right) : `${path} (content)`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What an object holds beside properties and entries, as text. */
function content(value: object): string {
  if (types.isDate(value)) return String(value.getTime());
  if (types.isRegExp(value)) return String(value);
  if (value instanceof URL) return value.href;
  if (ArrayBuffer.isView(value) || types.isArrayBuffer(value)) return Buffer.from(bytesOf(value)).toString("latin1");
  return Array.isArray(value) ? String(value.length) : "";
}

function parts(path: string, left: object, right: object): string | readonly Comparison[] {
  if (ArrayBuffer.isView(left)) return [];
  const keys = Reflect.ownKeys(left);
  if (!sameKeys(keys, Reflect.ownKeys(right), types.isNativeError(left))) return `${path} (keys)`;
  const found = entries(path, left, right);
  if (typeof found === "string") return found;
  for (const key of keys) {
    const at = path + (typeof key === "string" ? property(key) : `[${String(key)}]`);
    if (isEnumerable(left, key) !== isEnumerable(right, key)) return `${at} (enumerable)`;
    found.push({ path: at, left: Reflect.get(left, key), right: Reflect.get(right, key) });
  }
  return found;
}

function isEnumerable(object: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

/** The engine and not the code decides in which order an error has `stack` and `message`. */
function sameKeys(left: readonly PropertyKey[], right: readonly PropertyKey[], anyOrder: boolean): boolean {
  if (left.length !== right.length) return false;
  return anyOrder ? left.every((key) => right.includes(key)) : left.every((key, i) => key === right[i]);
}

function entries(path: string, left: object, right: object): string | Comparison[] {
  const found: Comparison[] = [];
  if (types.isMap(left) || types.isSet(left)) {
    const ours = [...left].flat(types.isMap(left) ? 1 : 0);
    const theirs = [...(right as typeof left)].flat(types.isMap(left) ? 1 : 0);
    if (ours.length !== theirs.length) return `${path} (size)`;
    ours.forEach((item, i) => {
      found.push({ path: `[...${path}][${i}]`, left: item, right: theirs[i] });
    });
  }
  return found;
}
