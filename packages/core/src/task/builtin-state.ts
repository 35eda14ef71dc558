/** Objects that all code of a process shares, on which a step might leave something for the next one. */
const SHARED: readonly object[] = [
  ...[globalThis, process, console, Math, JSON],
  ...[Object, Function, Array, String, Number, Date, RegExp, Promise, Error, Map, Set].flatMap(withPrototype),
];

/** Classes that Node loads when their name on `globalThis` is looked at, however one looks: only the names are noted. */
const LOADED_LATE =
  /Stream|QueuingStrategy|^(?:File|FormData|Headers|Request|Response|MessageEvent|WebSocket|CloseEvent|EventSource|Storage|Navigator|Crypto\w*|SubtleCrypto|navigator|crypto|localStorage|sessionStorage)$/;

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
  const noted = SHARED.map(note);
  return () => {
    for (const each of noted) {
      const changed = firstChange(each);
      if (changed !== undefined) return `${String(changed)} of a built-in object changed`;
    }
    return null;
  };
}

function withPrototype(builtin: { readonly prototype: object }): readonly object[] {
  return [builtin, builtin.prototype];
}

function note(object: object): Noted {
  const keys = Reflect.ownKeys(object);
  const looked = keys.filter((key) => !NODES_OWN.test(String(key)) && !(object === globalThis && isLate(key)));
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

function isLate(key: PropertyKey): boolean {
  return typeof key === "string" && LOADED_LATE.test(key);
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
