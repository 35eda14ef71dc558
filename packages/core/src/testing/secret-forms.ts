/** Values that secrets may have, and what programs make of a value before they print it; for tests. */
import { inspect } from "node:util";
import fc from "fast-check";
import { isTelling } from "../secrets/secret-patterns.js";

const HOSTILE = [
  ..."\"'`\\/%+&=<>?#:;,.*$^()[]{}|~!@-_ ",
  ..."\n\r\t",
  ...[
    "é",
    "ß",
    "中",
    "🔑",
    "\u2028",
    "\u00a0",
    "%41",
    "%2F",
    "\\n",
    "\\u0041",
    "&amp;",
    "==",
    "***",
    "${x",
    "$(id)",
    "a+b",
  ],
];

/** Values that can be masked: words, hostile characters, lines, keys, base64 and percent lookalikes; short and long. */
export const secretValues: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.string({ minLength: 4, maxLength: 24 }) },
    { weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 4, maxLength: 40 }) },
    {
      weight: 3,
      arbitrary: fc.array(fc.constantFrom(...HOSTILE), { minLength: 4, maxLength: 20 }).map((all) => all.join("")),
    },
    { weight: 2, arbitrary: fc.base64String({ minLength: 8, maxLength: 80 }) },
    { weight: 1, arbitrary: fc.string({ minLength: 300, maxLength: 700 }) },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.base64String({ minLength: 64, maxLength: 64 }), { minLength: 2, maxLength: 6 })
        .map((lines) => ["-----BEGIN PRIVATE KEY-----", ...lines, "-----END PRIVATE KEY-----"].join("\n")),
    },
  )
  // An environment holds no NUL, and no halves of characters.
  .map((value) => value.replaceAll("\0", "").toWellFormed())
  .filter((value) => value.split(/\r\n|\r|\n/).every(isTelling));

const lowerHex = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());

/** What a value looks like in output, by the name of the form. Each is what a program may print somewhere. */
export const secretForms: Readonly<Record<string, (value: string) => string>> = {
  plain: (value) => value,
  json: (value) => JSON.stringify({ value }).slice(1, -1),
  jsonTwice: (value) => JSON.stringify(JSON.stringify(value)),
  inspected: (value) => inspect(value, { breakLength: Number.POSITIVE_INFINITY }),
  url: encodeURIComponent,
  urlLower: (value) => lowerHex(encodeURIComponent(value)),
  urlTwice: (value) => encodeURIComponent(encodeURIComponent(value)),
  uri: encodeURI,
  form: (value) => new URLSearchParams({ value }).toString().slice("value=".length),
  query: (value) => new URL(`https://example.org/?q=${encodeURIComponent(value)}`).href.slice(23),
  base64: (value) => Buffer.from(value).toString("base64"),
  base64Second: (value) => Buffer.from(`u${value}`).toString("base64").slice(2),
  base64Third: (value) => Buffer.from(`us${value}`).toString("base64").slice(3),
  base64Url: (value) => Buffer.from(value).toString("base64url"),
  base64InUrl: (value) => encodeURIComponent(Buffer.from(value).toString("base64")),
  base64OfJson: (value) => Buffer.from(JSON.stringify(value).slice(1, -1)).toString("base64"),
  hex: (value) => Buffer.from(value).toString("hex"),
  hexUpper: (value) => Buffer.from(value).toString("hex").toUpperCase(),
};

/** What must not be found of a form: without the quotes and spaces around it, and not so short that other text has it. */
export function tellingPart(form: string): string {
  const part = form.trim().replace(/^[\s'"`\\]+|[\s'"`\\=]+$/g, "");
  return part.length > 6 ? part : "";
}
