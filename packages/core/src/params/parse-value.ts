import type { ParameterDeclaration, ParameterKind } from "../contracts/parameter.js";
import { jsonErrorOffset } from "./json-data.js";

/** A value, or why the text is none. */
export type ParsedValue = { readonly value: unknown } | { readonly problem: string };

type Parser = (text: string, parameter: ParameterDeclaration) => ParsedValue;

// The seam for further kinds of parameters (files, schemas): one more row.
const PARSERS: Readonly<Record<ParameterKind, Parser>> = {
  string: (text) => ({ value: text }),
  number: parseNumber,
  boolean: parseBoolean,
  json: parseJson,
  enum: (text, { choices }) =>
    choices.includes(text) ? { value: text } : { problem: `'${text}' is not one of ${choices.join(", ")}` },
};

/** Turns what the command line or the environment gave into the parameter's value. */
export function parseValue(text: string, parameter: ParameterDeclaration): ParsedValue {
  return PARSERS[parameter.kind](text, parameter);
}

// Not `Number(text)` alone: it takes "" for 0, and accepts hexadecimal and "Infinity".
function parseNumber(text: string): ParsedValue {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return { problem: `'${text}' is not a number` };
  const value = Number(trimmed);
  if (!Number.isFinite(value)) return { problem: `'${text}' is too large for a number` };
  if (/^[+-]?\d+$/.test(trimmed) && !Number.isSafeInteger(value)) {
    return { problem: `'${text}' has more digits than a number keeps; declare the parameter as a string` };
  }
  return { value };
}

function parseBoolean(text: string): ParsedValue {
  const word = text.trim().toLowerCase();
  if (["true", "1", "yes"].includes(word)) return { value: true };
  if (["false", "0", "no"].includes(word)) return { value: false };
  return { problem: `'${text}' is not a boolean (true, false, 1, 0, yes, no)` };
}

function parseJson(text: string): ParsedValue {
  const offset = jsonErrorOffset(text);
  if (offset === null) return { value: JSON.parse(text) };
  const before = text.slice(0, offset).split("\n");
  const place = `line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`;
  const found = offset >= text.length ? "the end of the text" : `'${text.slice(offset, offset + 12)}'`;
  return { problem: `it is not valid JSON: unexpected ${found} at ${place}` };
}
