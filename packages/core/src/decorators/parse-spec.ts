import { errors } from "../errors/codes.js";

/** A decorator in its text form: what `--with` takes. */
export interface DecoratorSpec {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Who asks for it: `--with`, `METAFLOW_DEFAULT_DECOSPECS`, a mutator's name. */
  readonly insertedBy: string;
}

/**
 * Reads `name` or `name:option=value,option=value`. A value is JSON where it can be read as such, and text otherwise;
 * where it begins with a quote or a bracket, it goes on to the one that ends it, commas included.
 *
 * @throws DECORATOR_SPEC_INVALID
 */
export function parseDecoratorSpec(spec: string, insertedBy: string): DecoratorSpec {
  const colon = spec.indexOf(":");
  const name = (colon < 0 ? spec : spec.slice(0, colon)).trim();
  const refuse = (problem: string): Error => errors.DECORATOR_SPEC_INVALID({ spec, insertedBy, problem });
  if (!DECORATOR_NAME.test(name)) throw refuse("its name is missing or no name");
  const attributes = new Map<string, unknown>();
  for (const pair of colon < 0 ? [] : splitPairs(spec.slice(colon + 1))) {
    const equals = pair.indexOf("=");
    const option = pair.slice(0, Math.max(0, equals)).trim();
    if (option === "") throw refuse(`'${pair}' is no option=value`);
    if (attributes.has(option)) throw refuse(`option '${option}' is given twice`);
    attributes.set(option, parseValue(pair.slice(equals + 1).trim()));
  }
  return { name, attributes: Object.fromEntries(attributes), insertedBy };
}

/** What a decorator may be called, so that `--with` can name it. */
export const DECORATOR_NAME: RegExp = /^[A-Za-z][\w-]*$/;

/** An option up to a value that begins as JSON does. */
const JSON_START = /^[^=,]*=\s*(?=["[{])/;

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function splitPairs(text: string): readonly string[] {
  const pairs: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const start = JSON_START.exec(rest)?.[0].length;
    const from = start === undefined ? 0 : jsonEnd(rest, start);
    const comma = rest.indexOf(",", from);
    const end = comma < 0 ? rest.length : comma;
    pairs.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return pairs.filter((pair) => pair.trim() !== "");
}

/** Where the JSON value ends that begins at `from`; `from` where it does not end, so that it is plain text. */
function jsonEnd(text: string, from: number): number {
  // Strings are passed over whole.
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/g;
  token.lastIndex = from;
  let depth = 0;
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if ("[{".includes(found[0])) depth += 1;
    else if ("]}".includes(found[0])) depth -= 1;
    if (depth === 0) return token.lastIndex;
  }
  return from;
}
