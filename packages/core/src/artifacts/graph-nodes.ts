import { types } from "node:util";
import { dataOf, describeExtra, describeExtraOn, describeOddItem, hasOnlyItems, isComputed } from "./check-object.js";
import { describeUnstorable, fixFor } from "./describe-unstorable.js";
import type { Slot } from "./format.js";
import { type CoreType, classNameOf, errorClasses, nearestErrorClass } from "./kinds.js";

/** A node whose slots still hold raw values: those at `next`, `next + step`, … up to the end. */
export interface OpenNode {
  readonly node: unknown[];
  readonly next: number;
  readonly step: number;
}

/** Why a value cannot be stored; the writer knows where it is. */
export class Unstorable extends Error {
  readonly what: string;
  /** What to do, given the path of the value. */
  readonly fix: ((path: string) => string | undefined) | undefined;

  constructor(what: string, fix?: Unstorable["fix"]) {
    super(what);
    this.what = what;
    this.fix = fix;
  }
}

/** Refuses a value that no rule covers. */
export function refuse(value: unknown): never {
  throw new Unstorable(describeUnstorable(value), (path) => fixFor(value, path));
}

/**
 * The slot of a value that is no object, undefined for one that is.
 *
 * @throws Unstorable for functions and symbols.
 */
export function scalarSlot(value: unknown): Slot | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value) && !Object.is(value, -0)) return value;
      return ["number", Object.is(value, -0) ? "-0" : String(value)];
    case "undefined":
      return ["undefined"];
    case "bigint":
      // Hexadecimal, because reading and writing it takes linear time.
      return ["bigint", value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`];
    case "object":
      return value === null ? null : undefined;
    default:
      return refuse(value);
  }
}

/** The node of an object that core knows. Where bytes are stored (`[tag, 0, …]`) is filled in by the plan of all buffers. */
export function openNode(value: object, type: CoreType): OpenNode {
  switch (type.kind) {
    case "Object":
    case "NullObject":
      return openObject(type.kind, value);
    case "Array":
      return openArray(value as unknown[]);
    case "Map":
      return openItems(type.name, value, [...(value as Map<unknown, unknown>)].flat());
    case "Set":
      return openItems(type.name, value, [...(value as Set<unknown>)]);
    case "Date":
      return leaf(value, ["Date", dateSlot(value as Date)]);
    case "URL":
      return leaf(value, ["URL", (value as URL).href]);
    case "RegExp":
      return openRegExp(value as RegExp);
    case "Error":
      return openError(value as Error, type.name);
    case "ArrayBuffer":
      return leaf(value, [type.name, 0]);
    case "View":
      return { node: [type.name, 0, 0, (value as ArrayBufferView).byteLength], next: 4, step: 1 };
  }
}

function openObject(tag: string, object: object): OpenNode {
  if (types.isArgumentsObject(object)) refuse(object);
  const data = dataOf(tag, object);
  if (data === undefined) throw new Unstorable(describeExtra(object) ?? "an object with hidden properties");
  return { node: data, next: 2, step: 2 };
}

function openArray(array: readonly unknown[]): OpenNode {
  // Up to the first hole: an array that is mostly holes may be billions of them long.
  for (let i = 0; i < array.length && Object.hasOwn(array, i); i++) if (isComputed(array, i)) refuseOddItem(array);
  if (hasOnlyItems(array)) {
    const node: unknown[] = ["Array"];
    for (let i = 0; i < array.length; i++) {
      const item = array[i];
      // What can only be set reads as undefined.
      if (item === undefined && Object.getOwnPropertyDescriptor(array, i)?.set !== undefined) refuseOddItem(array);
      node.push(item);
    }
    return { node, next: 1, step: 1 };
  }
  const indices = Object.keys(array);
  const extra = indices.find((key) => !isIndex(key)) ?? Object.getOwnPropertySymbols(array).map(String)[0];
  if (extra !== undefined) {
    throw new Unstorable(`an array with the extra property '${extra}'`, () => "Store a copy without it: `[...array]`.");
  }
  refuseOddItem(array);
  const node: unknown[] = ["SparseArray", array.length];
  for (const index of indices) node.push(Number(index), array[Number(index)]);
  return { node, next: 3, step: 2 };
}

function refuseOddItem(array: readonly unknown[]): void {
  const what = describeOddItem(array);
  if (what !== undefined) throw new Unstorable(what, () => "Store a copy of plain items: `[...array]`.");
}

function openItems(tag: string, owner: object, items: readonly unknown[]): OpenNode {
  refuseExtra(owner, tag);
  return { node: [tag as unknown].concat(items), next: 1, step: 1 };
}

function openRegExp(regExp: RegExp): OpenNode {
  const extra = describeExtraOn("a RegExp", regExp, (key) => key === "lastIndex");
  if (extra !== undefined) throw new Unstorable(extra);
  const { source, flags, lastIndex } = regExp;
  if (!Number.isSafeInteger(lastIndex)) throw new Unstorable("a RegExp whose lastIndex is no whole number");
  return { node: ["RegExp", source, flags, lastIndex], next: 4, step: 1 };
}

/** Own properties of errors that are hidden and still belong to what the error says. */
const errorFields = ["name", "message", "stack", "cause", "errors"] as const;

/** The node of an error: `["Error", class, number of hidden properties, key, value, …]`. */
export function openError(error: Error, name: string = nearestErrorClass(error)): OpenNode {
  const hidden: unknown[] = [];
  for (const key of errorFields) {
    const own = Object.getOwnPropertyDescriptor(error, key);
    if (own?.enumerable) continue;
    if (own !== undefined) hidden.push(key, error[key as "message"]);
    else if (key === "name" && errorName(error) !== name) hidden.push(key, errorName(error));
    else if (key === "message" && error.message !== "") hidden.push(key, error.message);
  }
  const keys = Object.keys(error);
  // What an error's class hides besides is its bookkeeping (Node's own errors do so); accessors would be data.
  for (const key of keys) {
    if (Object.getOwnPropertyDescriptor(error, key)?.get) throw new Unstorable(`an error with the accessor '${key}'`);
  }
  const shown = keys.flatMap((key) => [key, (error as unknown as Record<string, unknown>)[key]]);
  return { node: ["Error", name, hidden.length / 2, ...hidden, ...shown], next: 4, step: 2 };
}

/** A class of the user's own has no other trace than its name. */
function errorName(error: Error): string {
  const { name } = error;
  const className = classNameOf(error);
  if (!errorClasses.has(name) || className === undefined || errorClasses.has(className)) return String(name);
  return className;
}

function dateSlot(date: Date): number | null {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? null : time;
}

function leaf(owner: object, node: unknown[]): OpenNode {
  refuseExtra(owner, String(node[0]));
  return { node, next: node.length, step: 1 };
}

function refuseExtra(owner: object, tag: string): void {
  const article = /^[AEIOU]/.test(tag) && tag !== "URL" ? "an" : "a";
  const extra = describeExtraOn(`${article} ${tag}`, owner, () => false);
  if (extra !== undefined) throw new Unstorable(extra);
}

function isIndex(key: string): boolean {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < 2 ** 32 - 1 && String(index) === key;
}
