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
 * commas within brackets and quotes belong to the value.
 *
 * @throws DECORATOR_SPEC_INVALID
 */
export function parseDecoratorSpec(spec: string, insertedBy: string): DecoratorSpec {
  const colon = spec.indexOf(":");
  const name = (colon < 0 ? spec : spec.slice(0, colon)).trim();
  const refuse = (problem: string): Error => errors.DECORATOR_SPEC_INVALID({ spec, problem });
  if (!/^[A-Za-z][\w-]*$/.test(name)) throw refuse("its name is missing or no name");
  const attributes: Record<string, unknown> = {};
  for (const pair of colon < 0 ? [] : splitAtCommas(spec.slice(colon + 1))) {
    const equals = pair.indexOf("=");
    const option = pair.slice(0, Math.max(0, equals)).trim();
    if (option === "") throw refuse(`'${pair}' is no option=value`);
    if (Object.hasOwn(attributes, option)) throw refuse(`option '${option}' is given twice`);
    attributes[option] = parseValue(pair.slice(equals + 1).trim());
  }
  return { name, attributes, insertedBy };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function splitAtCommas(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let inQuotes = false;
  let from = 0;
  for (const [at, character] of [...text].entries()) {
    if (character === '"' && text[at - 1] !== "\\") inQuotes = !inQuotes;
    else if (!inQuotes && "[{".includes(character)) depth += 1;
    else if (!inQuotes && "]}".includes(character)) depth -= 1;
    else if (character === "," && depth === 0 && !inQuotes) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part.trim() !== "");
}
