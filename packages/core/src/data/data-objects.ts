import type { DataGetOptions, DataInfo, DataObject } from "../contracts/data.js";
import type { Datastore, GetOptions, ObjectInfo, StoredObject } from "../contracts/datastore.js";
import { DEFAULT_CONTENT_TYPE } from "../datastore/object-attributes.js";
import { errors } from "../errors/codes.js";

/** An object's description, with the address that people know it by. */
export function dataInfo(key: string, url: string, found: ObjectInfo): DataInfo {
  const { size, etag, modifiedAt, contentType = DEFAULT_CONTENT_TYPE, metadata = {} } = found;
  return { key, url, size, etag, modifiedAt: new Date(modifiedAt), contentType, metadata };
}

export function dataObject(info: DataInfo, { bytes }: StoredObject): DataObject {
  const text = (): string => new TextDecoder().decode(bytes);
  return {
    ...info,
    bytes,
    text,
    json<T>() {
      try {
        return JSON.parse(text()) as T;
      } catch (cause) {
        throw errors.DATA_NOT_JSON({ url: info.url, reason: (cause as Error).message }, { cause });
      }
    },
  };
}

/**
 * The range in the datastore's own words: a range from the end takes a look at the object's size first. Undefined for
 * the whole object, null where there is none.
 */
export async function storeRange(
  datastore: Datastore,
  key: string,
  { range, signal }: DataGetOptions,
): Promise<GetOptions["range"] | null> {
  if (range === undefined) return undefined;
  const { offset, length } = range;
  if (offset >= 0 && length !== undefined) return { start: offset, end: offset + length };
  const info = await datastore.head(key, { signal });
  if (info === null) return null;
  const start = offset < 0 ? Math.max(0, info.size + offset) : offset;
  // An empty object has no last bytes, and asking for them is no mistake.
  if (offset < 0 && info.size === 0) return undefined;
  return { start, end: length === undefined ? Math.max(info.size, start + 1) : start + length };
}
