import { createHash, randomBytes } from "node:crypto";
import { rmSync, type Stats } from "node:fs";
import { join, resolve } from "node:path";
import type { Datastore, PutOptions, PutResult } from "../contracts/datastore.js";
import { errors } from "../errors/codes.js";
import { checkKey } from "./check-key.js";
import { createLocalAttributes, type LocalAttributes } from "./local-attributes.js";
import { explainFailure } from "./local-errors.js";
import { infoOf, isSmall, readFile, readFileNow, writeNewFile } from "./local-files.js";
import {
  installIfAbsent,
  removeAbandoned,
  removeFile,
  replace,
  replaceIfMatch,
  statNow,
  type TempFile,
  withFolder,
} from "./local-install.js";
import { listFiles } from "./local-list.js";
import { explained, guarded, streamFile, writeStreamFile } from "./local-streams.js";
import { checkAttributes } from "./object-attributes.js";

/** Holds files that are being written, and locks. Beside the objects, because links do not cross file systems. */
const WORK_FOLDER = ".tmp";
/** Holds what is kept with objects beside their bytes. */
const ATTRIBUTES_FOLDER = ".attributes";
const HIDDEN: ReadonlySet<string> = new Set([`${WORK_FOLDER}/`, `${ATTRIBUTES_FOLDER}/`]);

/**
 * A datastore in a folder: an object is a file, its key the path under `root`. The folder is made by the first write.
 *
 * Objects appear whole or not at all, whenever a process is killed; nothing is forced to disk, so a power failure may
 * cost what was written in the seconds before. An `ifMatch` put is exact among `ifMatch` puts of a key; an
 * unconditional put of the same key at the same moment may be overwritten by it.
 */
export function createLocalDatastore(root: string): Datastore {
  const base = resolve(root);
  const pathOf = (key: string): string => {
    checkKey(key);
    const [first = ""] = key.split("/", 1);
    if (first === WORK_FOLDER || first === ATTRIBUTES_FOLDER) {
      throw errors.DATASTORE_KEY_INVALID({ key, reason: `'${first}' holds files of the datastore's own` });
    }
    return join(base, key);
  };
  const attributes = createLocalAttributes(join(base, ATTRIBUTES_FOLDER));
  const put = createPut(join(base, WORK_FOLDER), attributes);

  /** Runs an operation on a key and explains what the system refuses. */
  const attempt = async <T>(
    action: string,
    key: string,
    signal: AbortSignal | undefined,
    work: () => T | Promise<T>,
  ) => {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      throw explainFailure(error, { action, key, root: base });
    }
  };

  return {
    name: "local",
    root: base,
    capabilities: { putIfAbsent: true, putIfMatch: true, syncGet: true, attributes: true },
    getSync(key, options = {}) {
      try {
        return readFileNow(pathOf(key), key, options);
      } catch (error) {
        throw explainFailure(error, { action: "read", key, root: base });
      }
    },
    get: (key, options = {}) =>
      attempt("read", key, options.signal, () => {
        const path = pathOf(key);
        const read = () => readFile(path, key, options);
        return options.attributes ? attributes.withRead(key, path, read) : read();
      }),
    getStream: (key, options = {}) =>
      attempt("read", key, options.signal, async () => {
        const path = pathOf(key);
        const open = () => streamFile(path, key, options);
        const found = await (options.attributes ? attributes.withRead(key, path, open) : open());
        return found && { ...found, stream: explained(found.stream, { action: "read", key, root: base }) };
      }),
    put: (key, body, options = {}) =>
      attempt("write", key, options.signal, () => {
        const chunks = body instanceof Uint8Array ? [body] : body;
        return put(key, pathOf(key), options, isSmall(chunks), (name) => writeNewFile(name, chunks, options.signal));
      }),
    async putStream(key, body, options = {}) {
      // What the source throws is no failure of the disk, whatever it looks like.
      const source = guarded(body);
      return await attempt("write", key, options.signal, () =>
        put(key, pathOf(key), options, false, (name) => writeStreamFile(name, source.chunks, options.signal)),
      ).catch((error: unknown) => {
        throw source.failure === undefined ? error : source.failure.error;
      });
    },
    head: (key, options = {}) =>
      attempt("look up", key, options.signal, () => {
        const path = pathOf(key);
        if (options.attributes) return attributes.describe(key, path);
        const stat = statNow(path);
        return stat === null || stat.isDirectory() ? null : infoOf(stat);
      }),
    list: (prefix, options = {}) =>
      attempt("list", prefix, options.signal, () => listFiles(base, HIDDEN, prefix, options)),
    delete: (key, options = {}) =>
      attempt("delete", key, options.signal, async () => {
        const path = pathOf(key);
        const removeAttributes = attributes.removal(key, path);
        await removeFile(path, base);
        removeAttributes();
      }),
  };
}

/** Writes objects by way of files in the folder `work`, whose names no other process gives. */
function createPut(work: string, attributes: LocalAttributes) {
  const mark = `${process.pid}-${randomBytes(6).toString("hex")}`;
  let count = 0;

  return async (
    key: string,
    path: string,
    options: PutOptions,
    isSmall: boolean,
    write: (name: string) => Promise<Stats>,
  ): Promise<PutResult> => {
    checkAttributes(key, options);
    if (isRefused(path, isSmall, options)) return { written: false };
    const name = join(work, `put-${mark}-${count++}`);
    const stat = await withFolder(name, () => write(name));
    // What others left behind is nobody's business here: a failure to look after it fails no write.
    if (count === 1) removeAbandoned(work).catch(() => undefined);
    const draft = attributes.draft(key, options);
    const temp = { path: name, stat, describe: draft?.write };
    const lock = join(work, `lock-${createHash("sha256").update(key).digest("hex")}`);
    const removeOldAttributes = attributes.removal(key, path);
    try {
      const result = await install(temp, path, lock, options);
      if (result.written) removeOldAttributes();
      else draft?.drop();
      return result;
    } catch (error) {
      rmSync(name, { force: true });
      draft?.drop();
      throw error;
    }
  };
}

function install(temp: TempFile, path: string, lock: string, { ifAbsent, ifMatch }: PutOptions): Promise<PutResult> {
  if (ifMatch !== undefined) return replaceIfMatch(temp, path, lock, ifMatch);
  return ifAbsent ? installIfAbsent(temp, path, lock) : replace(temp, path);
}

/** Looks ahead whether the condition fails, where that saves writing for nothing. What counts is decided later. */
function isRefused(path: string, isSmall: boolean, options: PutOptions): boolean {
  if (options.ifAbsent && !isSmall) return statNow(path) !== null;
  if (options.ifMatch === undefined) return false;
  const stat = statNow(path);
  return stat === null || infoOf(stat).etag !== options.ifMatch;
}
