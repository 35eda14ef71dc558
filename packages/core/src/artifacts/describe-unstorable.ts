import { Stream } from "node:stream";
import { types } from "node:util";
import { classNameOf } from "./kinds.js";

/** Says what a value is that cannot be stored, in words that follow "it is". Runs no code of the value. */
export function describeUnstorable(value: unknown): string {
  if (typeof value === "function") return describeFunction(value);
  if (typeof value === "symbol") return `a symbol (${String(value)})`;
  if (typeof value !== "object" || value === null) return `a ${typeof value}`;
  return describeByBrand(value) ?? describeByClass(value);
}

/**
 * What to do about it, where there is more to say than the error's own hint.
 *
 * @param path where the value is, from the artifact's name on
 */
export function fixFor(value: unknown, path: string): string | undefined {
  if (types.isPromise(value)) {
    // Items of a Map or Set have a path that nothing can be assigned to.
    return isAssignable(path)
      ? `Await it first: \`this.${path} = await …\`.`
      : "Await it first, then store what it gave.";
  }
  if (types.isBoxedPrimitive(value)) return "Store the primitive itself: `value.valueOf()`.";
  if (types.isSharedArrayBuffer(value) || isOnSharedMemory(value)) {
    return "Copy it first: `new Uint8Array(shared).slice()`.";
  }
  if (types.isProxy(value)) return "Store a copy of what is behind the Proxy, e.g. `{ ...proxy }`.";
  if (isStream(value)) return "Read it to the end and store what it gave.";
  if (isIterator(value)) return "Collect it first: `[...iterator]`.";
  return undefined;
}

function isAssignable(path: string): boolean {
  return /^[\w$]+(?:\.[\w$]+|\[\d+\])*$/.test(path);
}

function describeFunction(value: object): string {
  if (types.isProxy(value)) return "a Proxy of a function";
  const name = Object.getOwnPropertyDescriptor(value, "name")?.value;
  const named = typeof name === "string" && name !== "" ? ` (${name})` : "";
  // Class constructors have a read-only `prototype`, other functions do not.
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype");
  const isClass = prototype?.writable === false && !types.isGeneratorFunction(value);
  return isClass ? `a class${named}` : `a function${named}`;
}

const brands: readonly (readonly [(value: object) => boolean, string])[] = [
  [types.isProxy, "a Proxy"],
  [types.isPromise, "a Promise"],
  [types.isWeakMap, "a WeakMap"],
  [types.isWeakSet, "a WeakSet"],
  [(value) => value instanceof WeakRef, "a WeakRef"],
  [types.isSharedArrayBuffer, "a SharedArrayBuffer"],
  [isOnSharedMemory, "a view on a SharedArrayBuffer"],
  [isResizable, "a resizable ArrayBuffer"],
  [isDetached, "an ArrayBuffer that was transferred away"],
  [types.isGeneratorObject, "a generator"],
  [types.isModuleNamespaceObject, "a module namespace (import * as …)"],
  [types.isArgumentsObject, "an arguments object"],
  [types.isExternal, "a native handle"],
  [types.isBoxedPrimitive, "a boxed primitive (such as new Number(1))"],
];

function describeByBrand(value: object): string | undefined {
  return brands.find(([has]) => has(value))?.[1];
}

function describeByClass(value: object): string {
  const name = classNameOf(value);
  if (isStream(value)) return `a stream (${name ?? "Stream"})`;
  if (isIterator(value)) return "an iterator";
  if (name !== undefined && name !== "Object") return `an instance of class ${name}`;
  return "an object that inherits from another object";
}

function isStream(value: unknown): boolean {
  if (types.isProxy(value)) return false;
  return value instanceof Stream || value instanceof ReadableStream || value instanceof WritableStream;
}

/** What all built-in iterators inherit from; a generator does too. */
const iteratorPrototype: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

function isIterator(value: unknown): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return Object.prototype.isPrototypeOf.call(iteratorPrototype, value) || types.isGeneratorObject(value);
}

function isOnSharedMemory(value: unknown): boolean {
  return ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer);
}

function isResizable(value: object): boolean {
  return bufferOf(value)?.resizable === true;
}

function isDetached(value: object): boolean {
  return bufferOf(value)?.detached === true;
}

function bufferOf(value: object): ArrayBuffer | undefined {
  const buffer: unknown = ArrayBuffer.isView(value) ? value.buffer : value;
  return types.isArrayBuffer(buffer) ? buffer : undefined;
}
