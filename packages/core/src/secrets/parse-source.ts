import type { SecretSource } from "../contracts/secrets-provider.js";
import { errors } from "../errors/codes.js";

/** A source with its type. */
export interface ParsedSource {
  readonly type: string;
  readonly id: string;
  readonly options: unknown;
  readonly role: string | undefined;
}

/** `type.id`; without a type the whole is the id. */
const TEXT_FORM = /^([A-Za-z][\w-]*)\.(.+)$/s;

/**
 * Reads a source: Metaflow's `"[type.]id"`, or an object.
 *
 * @param defaultType for sources without one
 * @throws SECRET_SOURCE_INVALID, SECRET_TYPE_MISSING
 */
export function parseSource(source: string | SecretSource, defaultType: string | undefined): ParsedSource {
  const { type = defaultType, id = "", options = {}, role } = typeof source === "string" ? fromText(source) : source;
  const shown = typeof source === "string" ? source : (source.id ?? "");
  if ([type ?? "", id, role ?? ""].some((each) => typeof each !== "string")) {
    throw errors.SECRET_SOURCE_INVALID({ source: shown, problem: "type, id and role have to be text" });
  }
  if (type === undefined || type === "") throw errors.SECRET_TYPE_MISSING({ source: shown });
  return { type, id, options, role };
}

function fromText(text: string): SecretSource {
  if (text.trim() === "") throw errors.SECRET_SOURCE_INVALID({ source: text, problem: "it is empty" });
  const [, type, id] = TEXT_FORM.exec(text) ?? [];
  return type === undefined ? { id: text } : { type, id };
}
