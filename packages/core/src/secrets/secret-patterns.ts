/**
 * What a secret may look like in text: each of its lines with every character in any of its escaped forms, and the bytes
 * of the whole in base64 and hexadecimal.
 */

/** An expression, part by part. */
export interface Pattern {
  readonly parts: readonly Part[];
  /** A character of base64 that stands before it tells of the secret too. */
  readonly takesBefore: boolean;
}

/** Finds one character of a secret. */
export interface Part {
  /** Of a regular expression. */
  readonly source: string;
  /** Every character that what it finds may begin with. */
  readonly first: string;
}

/** Values, and lines of values, with fewer characters are found everywhere: masking them would hide all and protect nothing. */
const SHORTEST_SECRET = 4;

/** Words that settings have; masking them would make output unreadable. */
const COMMON = /^(?:true|false|null|none|undefined|yes|no|on|off)$/i;

/** Parts of the longest pattern. Longer texts are cut into pieces, so that no expression outgrows what engines take. */
export const LONGEST_PATTERN = 160;

/** Columns after which tools break base64: MIME and `base64`, PEM. */
const WRAPS = [76, 64];

/** A character of base64, of either alphabet. */
export const BASE64: RegExp = /[\w+/-]/;

/** Whether a text says so much that it can be masked: not "1", not "true". */
export function isTelling(text: string): boolean {
  const trimmed = text.trim();
  return [...trimmed].length >= SHORTEST_SECRET && !COMMON.test(trimmed);
}

/** Patterns that together find the value in any of its forms; none where it says too little. */
export function patternsOf(value: string): readonly Pattern[] {
  const text = value.toWellFormed().trim();
  if (!isTelling(text)) return [];
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  // A line that cannot be masked by itself is masked at least where the whole stands in one line.
  const whole = lines.every(isTelling) ? [] : [text];
  const json = JSON.stringify(text).slice(1, -1);
  return [
    ...[...lines.filter(isTelling), ...whole].flatMap((each) => pieces((each.match(CHARACTERS) ?? []).map(escaped))),
    ...[...new Set([text, json])].flatMap(base64Forms),
    ...pieces([...Buffer.from(text)].map(hexByte)),
  ];
}

/** Pieces of a pattern, each of which is found by itself; what is between them is in none of them. */
function pieces(parts: readonly Part[]): readonly Pattern[] {
  const count = Math.ceil(parts.length / LONGEST_PATTERN);
  const size = Math.ceil(parts.length / count);
  return Array.from({ length: count }, (_, k) => ({
    parts: parts.slice(k * size, (k + 1) * size),
    takesBefore: false,
  }));
}

/** Backslashes in a row are one part: escaping doubles them, and nobody can say which of them are whose. */
const CHARACTERS = /\\+|[^\\]/gu;

/** Control characters that have a letter of their own behind a backslash. */
const LETTERS: Readonly<Record<string, string>> = { "\n": "n", "\r": "r", "\t": "t", "\b": "b", "\f": "f", "\v": "v" };

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&(?:amp|#38|#x26);",
  "<": "&(?:lt|#60|#x3[cC]);",
  ">": "&(?:gt|#62|#x3[eE]);",
  '"': "&(?:quot|#34|#x22);",
  "'": "&(?:apos|#39|#x27);",
};

/**
 * One character as it is, behind backslashes as JSON, Node and shells have it, percent-encoded (once or more) in a URL or
 * a form, and as an entity.
 */
function escaped(character: string): Part {
  if (/[A-Za-z0-9]/.test(character)) return { source: character, first: character };
  if (character.startsWith("\\")) return backslashes(character.length);
  const letter = LETTERS[character];
  const entity = ENTITIES[character];
  const units = Array.from({ length: character.length }, (_, k) => character.charCodeAt(k));
  const forms = [
    `\\\\{0,8}${literal(character)}`,
    ...(letter === undefined ? [] : [`\\\\{1,8}${letter}`]),
    units.map((unit) => `\\\\{1,8}u${hex(unit, 4)}`).join(""),
    ...units.filter((unit) => unit < 256).map((unit) => `\\\\{1,8}x${hex(unit, 2)}`),
    [...Buffer.from(character)].map((byte) => `%(?:25){0,3}${hex(byte, 2)}`).join(""),
    ...(character === " " ? ["\\+"] : []),
    ...(character === "'" ? [`'(?:\\\\'|"'")'`] : []),
    ...(entity === undefined ? [] : [entity]),
  ];
  return { source: `(?:${forms.join("|")})`, first: `${character[0]}\\%+&` };
}

function backslashes(count: number): Part {
  return { source: `(?:\\\\{${count},${16 * count}}|(?:%(?:25){0,3}5[cC]){${count}})`, first: "\\%" };
}

/** The text in base64, wherever it begins within what was encoded. */
function base64Forms(text: string): readonly Pattern[] {
  const bytes = Buffer.from(text);
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    return encoded.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const [whole = ""] = forms;
  const isMixed = (offset: number): boolean => (offset + bytes.length) % 3 !== 0;
  const wrapped = WRAPS.filter((width) => whole.length > width).flatMap((width) => {
    const lines = chunks(whole, width);
    return lines.flatMap((line, k) => withEdges(line, false, isMixed(0) && k === lines.length - 1));
  });
  return [...forms.flatMap((form, offset) => withEdges(form, offset > 0, isMixed(offset))), ...wrapped];
}

/** What stands for bits of the secret and of what follows. */
const AFTER: Part = { source: "(?:[\\w+/-]=?=?)?", first: "" };

/** Characters before and after that tell of the secret and of its neighbours. */
function withEdges(form: string, before: boolean, after: boolean): readonly Pattern[] {
  if (form.length < SHORTEST_SECRET) return [];
  const found = pieces([...form].map(base64Character));
  return found.map(({ parts }, k) => ({
    parts: after && k === found.length - 1 ? [...parts, AFTER] : parts,
    takesBefore: before && k === 0,
  }));
}

function chunks(text: string, width: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / width) }, (_, k) => text.slice(k * width, (k + 1) * width));
}

/** Both alphabets, and what URLs and JSON make of them. */
function base64Character(character: string): Part {
  if (character === "+") return { source: "(?:[+-]|%(?:25){0,3}2[bB])", first: "+-%" };
  if (character === "/") return { source: "(?:\\\\{0,8}[/_]|%(?:25){0,3}2[fF])", first: "\\/_%" };
  return { source: character, first: character };
}

/** As in `deadbeef`, and in what Node prints of a Buffer. */
function hexByte(byte: number): Part {
  const [digit = ""] = byte.toString(16).padStart(2, "0");
  return { source: `${hex(byte, 2)} ?`, first: digit + digit.toUpperCase() };
}

function hex(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, "0");
  return text.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function literal(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
