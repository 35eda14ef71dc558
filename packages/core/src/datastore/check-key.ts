import { errors } from "../errors/codes.js";

/** Limits that every object store keeps; UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
const MAX_PART_BYTES = 255;

/** Most keys look like this; whatever does not is looked at in detail. */
const PLAIN_KEY = /^(?:[\w!-][\w.!-]*\/)*[\w!-][\w.!-]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f]/;
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Throws DATASTORE_KEY_INVALID unless every datastore can hold the key. Backslashes and control characters are
 * refused because some stores rewrite them.
 */
export function checkKey(key: string): void {
  if (key.length <= MAX_PART_BYTES && PLAIN_KEY.test(key)) return;
  const reason = problemOf(key);
  if (reason !== null) throw errors.DATASTORE_KEY_INVALID({ key, reason });
}

function problemOf(key: string): string | null {
  if (key === "") return "it is empty";
  if (CONTROL.test(key)) return "it has a control character";
  if (key.includes("\\")) return "it has a backslash";
  if (!key.isWellFormed()) return "it is no well-formed Unicode";
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  for (const part of key.split("/")) {
    if (part === "") return "it has an empty part";
    if (part === "." || part === "..") return `it has the part '${part}'`;
    if (Buffer.byteLength(part) > MAX_PART_BYTES) return `it has a part longer than ${MAX_PART_BYTES} bytes`;
  }
  return null;
}

/** Orders strings by their UTF-8 bytes, which differs from JavaScript's order above U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return bytewise(left) - bytewise(right);
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for the highest code points, behind all other code units. */
function bytewise(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Sorts in place by UTF-8 bytes. */
export function sortUtf8(names: string[]): string[] {
  // The built-in order is many times faster, and the same as long as there are no surrogates.
  return names.some((name) => SURROGATE.test(name)) ? names.sort(compareUtf8) : names.sort();
}
