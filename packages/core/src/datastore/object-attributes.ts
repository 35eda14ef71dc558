import type { Datastore, ObjectAttributes } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";

/** What every store takes for bytes of which nothing is said. */
export const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** S3 has room for 2 KB, with its own part of each name and with what is needed to mark a write. */
const MAX_BYTES = 1024;
const MAX_ENTRIES = 50;
const MAX_TYPE_CHARACTERS = 255;

const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; ?[!-~](?:[ -~]*[!-~])?)?$/;
/** Azure's are identifiers of C#, and headers, as the other stores have them, have no upper case. */
const NAME = /^[a-z][a-z\d_]*$/;
const RESERVED = "metaflow_";
/** What a header carries unchanged. */
const VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/**
 * Throws unless every store that keeps attributes can keep these.
 *
 * @throws DATASTORE_ATTRIBUTES_INVALID
 */
export function checkAttributes(key: string, { contentType, metadata }: ObjectAttributes): void {
  const reason = typeProblem(contentType) ?? metadataProblem(metadata);
  if (reason !== null) throw errors.DATASTORE_ATTRIBUTES_INVALID({ key, reason });
}

/**
 * Throws where an object would lose its attributes.
 *
 * @throws DATASTORE_ATTRIBUTES_INVALID, DATASTORE_ATTRIBUTES_UNSUPPORTED
 */
export function requireAttributes(
  { name, root, capabilities }: Pick<Datastore, "name" | "root" | "capabilities">,
  key: string,
  given: ObjectAttributes,
): void {
  checkAttributes(key, given);
  if (capabilities.attributes === true || !hasAttributes(given)) return;
  throw errors.DATASTORE_ATTRIBUTES_UNSUPPORTED({ name, root, key });
}

export function hasAttributes(given: ObjectAttributes): boolean {
  return Object.keys(attributesOf(given)).length > 0;
}

/** The attributes alone, without those that say nothing. */
export function attributesOf({ contentType, metadata = {} }: ObjectAttributes): ObjectAttributes {
  const entries = Object.entries(metadata);
  return {
    ...(contentType !== undefined && contentType !== DEFAULT_CONTENT_TYPE && { contentType }),
    ...(entries.length > 0 && { metadata: Object.fromEntries(entries.map(([k, value]) => [k.toLowerCase(), value])) }),
  };
}

export function sameAttributes(one: ObjectAttributes, other: ObjectAttributes): boolean {
  return textOf(one) === textOf(other);
}

function textOf(given: ObjectAttributes): string {
  const { contentType, metadata = {} } = attributesOf(given);
  return JSON.stringify([contentType, Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function typeProblem(contentType: unknown): string | null {
  if (contentType === undefined) return null;
  if (typeof contentType !== "string" || !CONTENT_TYPE.test(contentType)) {
    return "the content type is none: it is of the form type/subtype, e.g. text/csv; charset=utf-8";
  }
  return contentType.length > MAX_TYPE_CHARACTERS
    ? `the content type is longer than ${MAX_TYPE_CHARACTERS} characters`
    : null;
}

function metadataProblem(metadata: unknown): string | null {
  if (metadata === undefined) return null;
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return "metadata is no object";
  const entries = Object.entries(metadata as Readonly<Record<string, unknown>>);
  if (entries.length > MAX_ENTRIES) return `metadata has more than ${MAX_ENTRIES} entries`;
  let bytes = 0;
  for (const [name, value] of entries) {
    if (!NAME.test(name))
      return `'${name}' is no name for metadata: lower case letters, digits and '_', a letter first`;
    if (name.startsWith(RESERVED)) return `'${name}' is no name for metadata: '${RESERVED}' is Metaflow's own`;
    if (typeof value !== "string" || !VALUE.test(value)) {
      return `the metadata '${name}' is no text of printable ASCII characters without spaces at its ends`;
    }
    bytes += name.length + value.length;
  }
  return bytes > MAX_BYTES ? `metadata has ${bytes} bytes; names and values have ${MAX_BYTES} at most` : null;
}
