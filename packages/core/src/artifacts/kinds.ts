import { types } from "node:util";
import { viewClasses } from "./views.js";

/** How core treats a value of its own types. */
export type Kind =
  | "Object"
  | "NullObject"
  | "Array"
  | "Map"
  | "Set"
  | "Date"
  | "RegExp"
  | "URL"
  | "Error"
  | "ArrayBuffer"
  | "View";

export interface CoreType {
  readonly kind: Kind;
  /** The class's name, as an artifact's `type` says it. */
  readonly name: string;
  readonly prototype: object;
  /** True only for objects that the class's constructor made, not for ones that merely inherit from it. */
  readonly made: (value: object) => boolean;
}

/** Built-in error classes by name; any other comes back as the nearest of these. */
export const errorClasses: ReadonlyMap<string, ErrorConstructor | AggregateErrorConstructor> = new Map(
  [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((c) => [
    c.name,
    c as ErrorConstructor,
  ]),
);

const NULL_OBJECT: CoreType = { kind: "NullObject", name: "Object", prototype: {}, made: () => true };

const coreTypes: readonly CoreType[] = [
  { kind: "Object", name: "Object", prototype: Object.prototype, made: () => true },
  { kind: "Array", name: "Array", prototype: Array.prototype, made: Array.isArray },
  { kind: "Map", name: "Map", prototype: Map.prototype, made: types.isMap },
  { kind: "Set", name: "Set", prototype: Set.prototype, made: types.isSet },
  { kind: "Date", name: "Date", prototype: Date.prototype, made: types.isDate },
  { kind: "RegExp", name: "RegExp", prototype: RegExp.prototype, made: types.isRegExp },
  { kind: "URL", name: "URL", prototype: URL.prototype, made: isUrl },
  { kind: "ArrayBuffer", name: "ArrayBuffer", prototype: ArrayBuffer.prototype, made: types.isArrayBuffer },
  ...[...errorClasses].map(([name, made]): CoreType => {
    return { kind: "Error", name, prototype: made.prototype, made: types.isNativeError };
  }),
  ...[...viewClasses].map(([name, made]): CoreType => {
    return { kind: "View", name, prototype: made.prototype, made: ArrayBuffer.isView };
  }),
];

const byPrototype: ReadonlyMap<object, CoreType> = new Map(coreTypes.map((type) => [type.prototype, type]));
const byName: ReadonlyMap<string, CoreType> = new Map(coreTypes.map((type) => [type.name, type]));

/** Names that a serializer cannot have: an artifact's `type` would mean two things. */
export const reservedTypeNames: ReadonlySet<string> = new Set([
  ...byName.keys(),
  ...["null", "undefined", "boolean", "number", "string", "bigint"],
]);

/**
 * The core type of an object that is exactly of it: no subclass, no Proxy. Undefined for everything else.
 * Objects of another realm (a `vm` context) count as the same class here.
 */
export function coreTypeOf(value: object): CoreType | undefined {
  if (types.isProxy(value)) return undefined;
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null)
    return types.isExternal(value) || types.isModuleNamespaceObject(value) ? undefined : NULL_OBJECT;
  const type = byPrototype.get(prototype) ?? foreignType(prototype);
  return type?.made(value) ? type : undefined;
}

/** True for an ArrayBuffer and for a view on one. */
export function isMemory(value: unknown): value is ArrayBuffer | ArrayBufferView {
  if (typeof value !== "object" || value === null) return false;
  const kind = coreTypeOf(value)?.kind;
  return kind === "ArrayBuffer" || kind === "View";
}

/** The built-in error class that an error of any class extends: the name of the nearest one. */
export function nearestErrorClass(error: object): string {
  for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
    const type = byPrototype.get(at) ?? foreignType(at);
    if (type?.kind === "Error") return type.name;
  }
  return "Error";
}

/** The class's name as its prototype gives it, read without running code of the value. */
export function classNameOf(value: object): string | undefined {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    const made = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof made === "function" && typeof made.name === "string" && made.name !== "") return made.name;
  }
  return undefined;
}

/** A subclass has one more prototype than its built-in, which tells it from the same built-in of another realm. */
function foreignType(prototype: object): CoreType | undefined {
  const made = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  if (typeof made !== "function" || made.prototype !== prototype) return undefined;
  const type = byName.get(made.name);
  return type !== undefined && chainLength(type.prototype) === chainLength(prototype) ? type : undefined;
}

function chainLength(object: object): number {
  let length = 0;
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at)) length += 1;
  return length;
}

const hrefOf = Object.getOwnPropertyDescriptor(URL.prototype, "href")?.get as (this: object) => string;

function isUrl(value: object): boolean {
  try {
    return typeof hrefOf.call(value) === "string";
  } catch {
    return false;
  }
}
