/** True for what `JSON.stringify` writes without losing anything: the initialiser of a JSON parameter. */
export function isJsonData(value: unknown, around: readonly object[] = []): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || around.includes(value)) return false;
  const within = [...around, value];
  if (Array.isArray(value)) return value.every((item) => isJsonData(item, within));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((member) => isJsonData(member, within));
}

const WHITESPACE = /[ \t\n\r]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in strings
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.eE+-])|true|false|null/y;

/**
 * Where text stops being JSON, as an offset; null where all of it is. `JSON.parse` says that only in some of its
 * messages. A broken string or number is reported at its beginning.
 */
export function jsonErrorOffset(text: string): number | null {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const takeChar = (char: string): boolean => {
    take(WHITESPACE);
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const list = (close: string, item: () => boolean): boolean => {
    if (takeChar(close)) return true;
    do {
      if (!item()) return false;
    } while (takeChar(","));
    return takeChar(close);
  };
  const member = (): boolean => {
    take(WHITESPACE);
    return take(STRING) && takeChar(":") && value();
  };
  const value = (): boolean => {
    if (takeChar("{")) return list("}", member);
    if (takeChar("[")) return list("]", value);
    return take(STRING) || take(SCALAR);
  };
  const complete = value();
  take(WHITESPACE);
  return complete && at === text.length ? null : at;
}
