import { Damage } from "./graph-document.js";
import { errorClasses } from "./kinds.js";
import { isCount, makeView, viewClasses } from "./views.js";

type Node = readonly unknown[];
type ToValue = (slot: unknown) => unknown;
type Shell = (node: Node, buffers: readonly ArrayBuffer[]) => unknown;
type Filler = (value: never, node: Node, toValue: ToValue) => void;

const MAX_ARRAY_LENGTH = 2 ** 32 - 1;

/** Makes the object of a node without what it refers to. */
export const shells: ReadonlyMap<string, Shell> = new Map<string, Shell>([
  ["Object", () => ({})],
  ["NullObject", () => Object.create(null)],
  ["Array", () => []],
  ["SparseArray", makeSparseArray],
  ["Map", () => new Map()],
  ["Set", () => new Set()],
  ["Date", makeDate],
  ["RegExp", makeRegExp],
  ["URL", makeUrl],
  ["Error", makeError],
  ["ArrayBuffer", (node, buffers) => bufferAt(node, buffers, 2)],
  ...[...viewClasses.keys()].map((name): [string, Shell] => [name, makeStoredView]),
]);

/** Puts what a node refers to into its object. */
export const fillers: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ["Object", fillObject],
  ["NullObject", fillObject],
  ["Array", fillArray],
  ["SparseArray", fillSparseArray],
  ["Map", fillMap],
  ["Set", fillSet],
  ["Error", fillError],
]);

function fillObject(object: object, node: Node, toValue: ToValue): void {
  for (let i = 1; i < node.length; i += 2) define(object, keyAt(node, i), toValue(node[i + 1]), true);
}

function fillArray(array: unknown[], node: Node, toValue: ToValue): void {
  for (let i = 1; i < node.length; i++) array.push(toValue(node[i]));
}

function fillMap(map: Map<unknown, unknown>, node: Node, toValue: ToValue): void {
  if (node.length % 2 === 0) throw new Damage("a Map has a key without a value");
  for (let i = 1; i < node.length; i += 2) map.set(toValue(node[i]), toValue(node[i + 1]));
}

function fillSet(set: Set<unknown>, node: Node, toValue: ToValue): void {
  for (let i = 1; i < node.length; i++) set.add(toValue(node[i]));
}

function makeSparseArray(node: Node): unknown {
  const length = node[1];
  if (!isCount(length) || length > MAX_ARRAY_LENGTH || node.length % 2 !== 0)
    throw new Damage("an array has no length");
  const array: unknown[] = [];
  if (length === 0) return array;
  // An assignment far out makes a sparse array; setting the length alone would reserve memory for all of it.
  array[length - 1] = undefined;
  delete array[length - 1];
  return array;
}

function fillSparseArray(array: unknown[], node: Node, toValue: ToValue): void {
  for (let i = 2; i < node.length; i += 2) {
    const index = node[i];
    if (!isCount(index) || index >= array.length) throw new Damage("an array has an item outside of its length");
    array[index] = toValue(node[i + 1]);
  }
}

function makeDate([, time]: Node): unknown {
  if (time !== null && typeof time !== "number") throw new Damage("a Date has no time");
  return new Date(time ?? Number.NaN);
}

function makeRegExp([, source, flags, lastIndex]: Node): unknown {
  if (typeof source !== "string" || typeof flags !== "string" || !Number.isSafeInteger(lastIndex)) {
    throw new Damage("a RegExp is not complete");
  }
  const regExp = new RegExp(source, flags);
  regExp.lastIndex = lastIndex as number;
  return regExp;
}

function makeUrl([, href]: Node): unknown {
  if (typeof href !== "string" || !URL.canParse(href)) throw new Damage("a URL is not valid");
  return new URL(href);
}

function makeError([, name]: Node): unknown {
  const made = errorClasses.get(String(name));
  if (made === undefined) throw new Damage("an Error is of no known class");
  const error = made === AggregateError ? new AggregateError([]) : new (made as ErrorConstructor)();
  // What the constructor put there belongs to this process; the error that was stored may have had none of it.
  for (const key of Object.getOwnPropertyNames(error)) Reflect.deleteProperty(error, key);
  return error;
}

function fillError(error: Error, node: Node, toValue: ToValue): void {
  const hidden = node[2];
  if (!isCount(hidden)) throw new Damage("an Error is not complete");
  for (let i = 3; i < node.length; i += 2) {
    define(error, keyAt(node, i), toValue(node[i + 1]), i >= 3 + 2 * hidden);
  }
}

function bufferAt(node: Node, buffers: readonly ArrayBuffer[], length: number): ArrayBuffer {
  const buffer = typeof node[1] === "number" ? buffers[node[1]] : undefined;
  if (buffer === undefined || node.length !== length) throw new Damage("a buffer is not there");
  return buffer;
}

function makeStoredView(node: Node, buffers: readonly ArrayBuffer[]): unknown {
  const buffer = bufferAt(node, buffers, 4);
  const view = makeView(String(node[0]), buffer, node[2] as number, node[3] as number);
  if (view === undefined) throw new Damage(`a ${String(node[0])} does not fit its buffer`);
  return view;
}

function keyAt(node: Node, index: number): string {
  const key = node[index];
  if (typeof key !== "string" || index + 1 >= node.length) throw new Damage("an object has a key without a value");
  return key;
}

/** Assignment where it is safe: a key that means something on the prototype must become a property of its own. */
function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  if (enumerable && !(key in object)) (object as Record<string, unknown>)[key] = value;
  else Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}
