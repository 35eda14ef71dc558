import { EventEmitter } from "node:events";
import { isLoadedLate, sharedObjects } from "./shared-objects.js";

/** What Node itself adds later: classes' own data, and on `process` the counts of what listens to it. */
const NODES_OWN = /^(?:Symbol\(undici\.|_)/;

/** One shared object as it was. Everything is an array: this is gone through after each task. */
interface Noted {
  readonly object: Readonly<Record<string | symbol, unknown>>;
  readonly size: number;
  readonly keys: readonly (string | symbol)[];
  /** Names of plain properties, and their values. */
  readonly plain: readonly PropertyKey[];
  readonly values: readonly unknown[];
  /** Names of properties with a getter, and the getters. */
  readonly computed: readonly PropertyKey[];
  readonly getters: readonly unknown[];
}

/** Takes note of the shared objects. Returns what looks for changes, which are too many to be undone one by one. */
export function noteBuiltins(): () => string | null {
  const noted = sharedObjects().map(note);
  const { defaultMaxListeners } = EventEmitter;
  return () => {
    if (EventEmitter.defaultMaxListeners !== defaultMaxListeners) return "defaultMaxListeners changed";
    for (const each of noted) {
      const changed = firstChange(each);
      if (changed !== undefined) return `${String(changed)} of a built-in object changed`;
    }
    return null;
  };
}

function note(object: object): Noted {
  const keys = Reflect.ownKeys(object);
  const looked = keys.filter((key) => !NODES_OWN.test(String(key)) && !(object === globalThis && isLoadedLate(key)));
  const getterOf = (key: PropertyKey): unknown => Reflect.getOwnPropertyDescriptor(object, key)?.get;
  const plain = looked.filter((key) => getterOf(key) === undefined);
  const computed = looked.filter((key) => getterOf(key) !== undefined);
  return {
    object: object as Noted["object"],
    size: keys.length,
    keys,
    plain,
    values: plain.map((key) => Reflect.get(object, key)),
    computed,
    getters: computed.map(getterOf),
  };
}

function firstChange({ object, size, keys, plain, values, computed, getters }: Noted): PropertyKey | undefined {
  for (let k = 0; k < plain.length; k += 1) {
    const key = plain[k] as PropertyKey;
    if (!Object.is(object[key], values[k])) return key;
  }
  for (let k = 0; k < computed.length; k += 1) {
    const key = computed[k] as PropertyKey;
    if (Reflect.getOwnPropertyDescriptor(object, key)?.get !== getters[k]) return key;
  }
  const now = Reflect.ownKeys(object);
  if (now.length === size) return undefined;
  const isOther = (key: string | symbol): boolean => !NODES_OWN.test(String(key));
  return (
    now.find((key) => isOther(key) && !keys.includes(key)) ?? keys.find((key) => isOther(key) && !now.includes(key))
  );
}
