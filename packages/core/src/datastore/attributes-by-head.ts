import type { Datastore, GetOptions, ObjectInfo } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { attributesOf } from "./object-attributes.js";

type Reads = Required<Pick<Datastore, "get" | "getStream" | "head">>;

/** How often both are asked again because the object was replaced between them. */
const TRIES = 10;

/** Reads of a store that gives attributes with `head` alone: where they are wanted, it is asked at the same time. */
export function withAttributesByHead({ get, getStream, head }: Reads, root: string): Reads {
  const completed =
    <T extends ObjectInfo>(read: (key: string, given: GetOptions) => Promise<T | null>) =>
    async (key: string, given: GetOptions = {}): Promise<T | null> => {
      const { attributes = false, ...plain } = given;
      if (!attributes) return await read(key, plain);
      const { signal } = given;
      for (let tries = 0; tries < TRIES; tries++) {
        const [found, info] = await Promise.all([read(key, plain), head(key, { attributes, signal })]);
        if (found === null) return null;
        if (info?.etag === found.etag) return { ...found, ...attributesOf(info) };
      }
      throw errors.DATASTORE_BROKEN({ action: "read", key, root, reason: "it is replaced faster than it can be read" });
    };
  return { get: completed(get), getStream: completed(getStream), head };
}
