const { getOwnPropertyDescriptor, getOwnPropertyNames, getOwnPropertySymbols, keys } = Object;

/** Up to this length it is cheap to have the engine list every index of an array. */
const SMALL_ARRAY = 64;

/** True for a property that is shown and holds a value, not an accessor. */
export function isData(property: PropertyDescriptor | undefined): property is PropertyDescriptor {
  return property?.enumerable === true && "value" in property;
}

/**
 * `[tag, key, value, key, value, …]` of an object whose own properties are all ordinary data under string keys; undefined
 * where there is an accessor, a symbol or something hidden.
 */
export function dataOf(tag: string, object: object): unknown[] | undefined {
  if (getOwnPropertySymbols(object).length > 0) return undefined;
  const data: unknown[] = [tag];
  for (const key of getOwnPropertyNames(object)) {
    const property = getOwnPropertyDescriptor(object, key);
    if (!isData(property)) return undefined;
    data.push(key, property.value);
  }
  return data;
}

/** True for an array without holes that has no properties besides its items. Reads items: none may be computed. */
export function hasOnlyItems(array: readonly unknown[]): boolean {
  if (array.length <= SMALL_ARRAY) return Reflect.ownKeys(array).length === array.length + 1 && hasNoHoles(array);
  // Indices come first and in order, so that the last key tells of all; hidden keys are not looked for here, since
  // listing them costs several times what JSON.stringify does.
  const enumerable = keys(array);
  const last = array.length - 1;
  return enumerable.length === array.length && enumerable[last] === String(last) && hasNoSymbols(array);
}

const lookUpGetter = Reflect.get(Object.prototype, "__lookupGetter__") as (this: object, key: number) => unknown;

/** True where reading the item would run code. Makes no descriptor: items are many, and hardly any is computed. */
export function isComputed(array: readonly unknown[], index: number): boolean {
  return lookUpGetter.call(array, index) !== undefined;
}

/** The first item of an array that is no data or that is hidden, in words that follow "it is"; for unusual arrays. */
export function describeOddItem(array: readonly unknown[]): string | undefined {
  for (const key of Object.getOwnPropertyNames(array)) {
    if (key === "length") continue;
    const property = getOwnPropertyDescriptor(array, key);
    if (property?.get !== undefined || property?.set !== undefined) return `an array with the accessor '${key}'`;
    if (property?.enumerable === false) return `an array with the non-enumerable property '${key}'`;
  }
  return undefined;
}

/** What an object has beside data, in words that follow "it is"; undefined where there is nothing. */
export function describeExtra(object: object): string | undefined {
  const [symbol] = getOwnPropertySymbols(object);
  if (symbol !== undefined) return `an object with the symbol key ${String(symbol)}`;
  for (const key of getOwnPropertyNames(object)) {
    const property = getOwnPropertyDescriptor(object, key);
    if (property?.get !== undefined || property?.set !== undefined) return `an object with the accessor '${key}'`;
    if (property?.enumerable === false) return `an object with the non-enumerable property '${key}'`;
  }
  return undefined;
}

/** The first own property of a built-in that is not part of its data, in words that follow "it is". */
export function describeExtraOn(what: string, object: object, expected: (key: string) => boolean): string | undefined {
  for (const key of Reflect.ownKeys(object)) {
    if (typeof key === "symbol") return `${what} with the symbol key ${String(key)}`;
    if (!expected(key)) return `${what} with the extra property '${key}'`;
  }
  return undefined;
}

function hasNoHoles(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined && !(i in array)) return false;
  return true;
}

function hasNoSymbols(array: readonly unknown[]): boolean {
  return getOwnPropertySymbols(array).length === 0;
}
