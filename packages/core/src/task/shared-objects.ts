import { EventEmitter } from "node:events";
import { builtinModules } from "node:module";

/** Classes that Node loads when their name on `globalThis` is looked at, however one looks: only the names are noted. */
const LOADED_LATE =
  /Stream|QueuingStrategy|^(?:File|FormData|Headers|Request|Response|MessageEvent|WebSocket|CloseEvent|EventSource|Storage|Navigator|Crypto\w*|SubtleCrypto|navigator|crypto|localStorage|sessionStorage)$/;

/** Whether a property of `globalThis` must not be looked at. */
export function isLoadedLate(key: PropertyKey): boolean {
  return typeof key === "string" && LOADED_LATE.test(key);
}

/**
 * Objects that all code of a process shares, on which a step might leave something for the next one: what is on
 * `globalThis` and what its classes give to their instances, what has no name there, and Node's modules. Of the modules
 * those are looked at that are loaded by now, which the ones that a flow imports are.
 */
export function sharedObjects(): readonly object[] {
  const shared = new Set<object>([globalThis, process.argv, process.execArgv]);
  for (const key of Reflect.ownKeys(globalThis)) if (!isLoadedLate(key)) addWithPrototype(Reflect.get(globalThis, key));
  for (const prototype of unnamedPrototypes()) shared.add(prototype);
  const loaded = new Set(Reflect.get(process, "moduleLoadList") as readonly string[]);
  for (const name of builtinModules) if (loaded.has(`NativeModule ${name}`)) add(process.getBuiltinModule(name));
  add(EventEmitter.prototype);
  return [...shared];

  function add(value: unknown): void {
    if (typeof value === "function" || (typeof value === "object" && value !== null)) shared.add(value);
  }
  function addWithPrototype(value: unknown): void {
    add(value);
    if (typeof value === "function") add(value.prototype);
  }
}

/** Prototypes that no global name leads to: of iterators, generators and typed arrays, and of async functions. */
function unnamedPrototypes(): readonly object[] {
  const samples = [
    [].values(),
    new Map().values(),
    new Set().values(),
    ""[Symbol.iterator](),
    "".matchAll(/./g),
    Uint8Array.prototype,
    Uint8Array,
    (function* () {})(),
    (async function* () {})(),
    async () => {},
  ];
  const found = new Set<object>();
  for (const sample of samples) {
    let prototype: unknown = Object.getPrototypeOf(sample);
    while (typeof prototype === "object" || typeof prototype === "function") {
      if (prototype === null) break;
      found.add(prototype);
      prototype = Object.getPrototypeOf(prototype);
    }
  }
  return [...found];
}
