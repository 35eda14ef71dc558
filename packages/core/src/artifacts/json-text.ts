import { Buffer } from "node:buffer";
import { errors } from "../errors/codes.js";

/**
 * JSON text of plain data.
 *
 * @throws MF_ARTIFACT_TOO_LARGE where no string can hold it.
 */
export function toJsonText(name: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const what = "its JSON text is longer than a string can be";
    throw errors.ARTIFACT_TOO_LARGE({ artifact: name, what, limit: "512 MiB" }, { cause });
  }
}

/**
 * Parses UTF-8 JSON text.
 *
 * @throws SyntaxError or TypeError where it is not JSON or not UTF-8.
 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  // Damaged bytes must not turn into replacement characters that then pass for text.
  return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
}

/** UTF-8 bytes of a text. */
export function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}

/** Name of the type of a value that `JSON.parse` returned. */
export function jsonType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "Array";
  return typeof value === "object" ? "Object" : typeof value;
}
