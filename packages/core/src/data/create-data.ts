import { randomBytes } from "node:crypto";
import type { Data, DataGetOptions, DataInfo, DataObject, DataRequest, DataStream } from "../contracts/data.js";
import type { CallOptions, Datastore, ObjectStream } from "../contracts/datastore.js";
import { mapBounded } from "../datastore/map-bounded.js";
import { schemeOf } from "../datastore/scheme-of.js";
import { errors } from "../errors/codes.js";
import { dataInfo, dataObject, storeRange } from "./data-objects.js";
import { CONCURRENCY, createWrites, FILES } from "./data-writes.js";
import { writeFileFrom } from "./download.js";

/**
 * The data below a prefix of a datastore.
 *
 * @param prefix empty, or ends with `/`
 */
export function createData(datastore: Datastore, prefix: string): Data {
  const root = prefix === "" ? datastore.root : `${datastore.root.replace(/\/$/, "")}/${prefix.slice(0, -1)}`;
  const urlOf = (key: string): string => `${root}/${key}`;
  const keyOf = (key: string): string => {
    if (schemeOf(key) !== null) throw errors.DATA_KEY_ABSOLUTE({ root, key });
    return prefix + key;
  };
  const absent = (...keys: string[]): Error => errors.DATA_ABSENT({ root, keys });
  const reads = createReads(datastore, keyOf, urlOf);
  const { find, findMany, findStream } = reads;

  const listed = async function* (folder: string, delimiter: "/" | undefined, options: CallOptions) {
    const below = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
    const start = below === "" ? prefix : keyOf(below);
    const seen = new Set<string>();
    for (let cursor: string | undefined; ; ) {
      const page = await datastore.list(start, { ...options, delimiter, cursor });
      const items = [...page.keys, ...page.prefixes.filter((each) => !seen.has(each))];
      for (const each of page.prefixes) seen.add(each);
      yield* items.map((each) => each.slice(prefix.length));
      cursor = page.cursor;
      if (cursor === undefined) return;
    }
  };
  const data: Data = {
    root,
    find,
    findMany,
    async get(key, options) {
      return (await find(key, options)) ?? Promise.reject(absent(key));
    },
    async getMany(wanted, options) {
      const found = await findMany(wanted, options);
      const missing = wanted.filter((_, i) => found[i] === null).map((each) => requestOf(each).key);
      if (missing.length > 0) throw absent(...missing);
      return found.filter((each) => each !== null);
    },
    async getAll(prefixes = [""], options = {}) {
      const keys: string[] = [];
      for (const each of prefixes) for await (const key of listed(each, undefined, options)) keys.push(key);
      const found = await findMany(keys, options);
      // What was deleted since it was listed is not there.
      return found.filter((each) => each !== null);
    },
    async getStream(key, options) {
      return (await findStream(key, options)) ?? Promise.reject(absent(key));
    },
    async download(key, path, options) {
      const { stream, ...info } = await data.getStream(key, options);
      await writeFileFrom(path, stream, randomBytes(6).toString("hex"));
      return info;
    },
    downloadMany: (files, options) => mapBounded(files, FILES, ([key, path]) => data.download(key, path, options)),
    async info(key, options = {}) {
      const found = await datastore.head(keyOf(key), { ...options, attributes: true });
      return found && dataInfo(key, urlOf(key), found);
    },
    infoMany: (keys, options) => mapBounded(keys, CONCURRENCY, (key) => data.info(key, options)),
    list: (folder = "", options = {}) => listed(folder, "/", options),
    listRecursive: (folder = "", options = {}) => listed(folder, undefined, options),
    ...createWrites(datastore, { keyOf, urlOf }),
    delete: (key, options) => datastore.delete(keyOf(key), options),
  };
  return data;
}

interface Reads extends Pick<Data, "find" | "findMany"> {
  findStream(key: string, options?: DataGetOptions): Promise<DataStream | null>;
}

function createReads(datastore: Datastore, keyOf: (key: string) => string, urlOf: (key: string) => string): Reads {
  const infoOf = (key: string, found: Parameters<typeof dataInfo>[2]): DataInfo => dataInfo(key, urlOf(key), found);
  const find = async (key: string, options: DataGetOptions = {}): Promise<DataObject | null> => {
    const range = await storeRange(datastore, keyOf(key), options);
    if (range === null) return null;
    const found = await datastore.get(keyOf(key), { range, signal: options.signal, attributes: true });
    return found && dataObject(infoOf(key, found), found);
  };
  return {
    find,
    findMany: (wanted, options = {}) =>
      mapBounded(wanted, CONCURRENCY, (each) => {
        const { key, range } = requestOf(each);
        return find(key, { ...options, range });
      }),
    async findStream(key, options = {}) {
      const range = await storeRange(datastore, keyOf(key), options);
      if (range === null) return null;
      const found = await streamOf(datastore, keyOf(key), { range, signal: options.signal, attributes: true });
      return found && { ...infoOf(key, found), stream: found.stream };
    },
  };
}

async function streamOf(
  datastore: Datastore,
  key: string,
  options: Parameters<Datastore["get"]>[1],
): Promise<ObjectStream | null> {
  if (datastore.getStream !== undefined) return await datastore.getStream(key, options);
  const found = await datastore.get(key, options);
  return (
    found && {
      ...found,
      stream: (async function* () {
        yield found.bytes;
      })(),
    }
  );
}

function requestOf(wanted: DataRequest): Exclude<DataRequest, string> {
  return typeof wanted === "string" ? { key: wanted } : wanted;
}
