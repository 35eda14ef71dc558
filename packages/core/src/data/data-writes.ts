import type { Data, DataBody, DataPutOptions, DataWritten } from "../contracts/data.js";
import type { Datastore, ObjectAttributes } from "../contracts/datastore.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { requireAttributes } from "../datastore/object-attributes.js";
import { putBody } from "./data-bodies.js";
import { createPutWithoutOverwrite } from "./put-without-overwrite.js";

/** How a key is called in the datastore, and by people. */
export interface DataNames {
  keyOf(key: string): string;
  urlOf(key: string): string;
}

/** Calls under way at the same time; a datastore may hold back some of them. */
export const CONCURRENCY = 64;
/** Files are large, and each takes several buffers. */
export const FILES = 8;

type Entry = readonly [key: string, body: DataBody, attributes?: ObjectAttributes | undefined];

export function createWrites(
  datastore: Datastore,
  { keyOf, urlOf }: DataNames,
): Pick<Data, "put" | "putMany" | "putFiles"> {
  const putWithoutOverwrite = createPutWithoutOverwrite(datastore);
  const put = async (key: string, body: DataBody, given: DataPutOptions = {}): Promise<DataWritten> => {
    const { overwrite = true, signal, contentType, metadata } = given;
    const attributes = { contentType, metadata };
    requireAttributes(datastore, keyOf(key), attributes);
    const options = { signal, ...attributes };
    const { written } = overwrite
      ? await putBody(datastore, keyOf(key), body, options)
      : await putWithoutOverwrite(keyOf(key), body, options);
    return { key, url: urlOf(key), written };
  };
  const putAll = async (entries: readonly Entry[], concurrency: number, options: DataPutOptions = {}) => {
    const all = entries.map(([key, body, own = {}]) => {
      const { contentType = options.contentType, metadata = options.metadata } = own;
      return { key, body, options: { ...options, contentType, metadata } };
    });
    // All of them before the first is sent.
    for (const { key, options } of all) requireAttributes(datastore, keyOf(key), options);
    return await mapBounded(all, concurrency, ({ key, body, options }) => put(key, body, options));
  };
  return {
    put,
    putMany: (entries, options) => putAll(entries, CONCURRENCY, options),
    putFiles: (files, options) =>
      putAll(
        files.map(([key, file, attributes]) => [key, { file }, attributes]),
        FILES,
        options,
      ),
  };
}
