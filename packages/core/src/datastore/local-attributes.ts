import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ObjectAttributes, ObjectInfo } from "../contracts/datastore.js";
import { errnoOf, systemError } from "./local-errors.js";
import { infoOf } from "./local-files.js";
import { isFolderMade, statNow } from "./local-install.js";
import { attributesOf, hasAttributes } from "./object-attributes.js";

/*
 * Attributes of objects that are files: each in a file of its own, named after the object's key and etag. It is there
 * before the object is, and is removed after the object is gone: whoever sees an object twice, and no attributes in
 * between, knows that it has none. A process that is killed may leave such a file behind; no object will have its etag.
 */

export interface LocalAttributes {
  /** The object's description with its attributes; null where there is no object. */
  describe(key: string, path: string): ObjectInfo | null;
  /** A read of the object, completed by its attributes. */
  withRead<T extends ObjectInfo>(key: string, path: string, read: () => Promise<T | null>): Promise<T | null>;
  /** For an object that is about to be written; undefined where it has none. */
  draft(key: string, given: ObjectAttributes): AttributesDraft | undefined;
  /** Notes what lies at the path, and returns what removes its attributes once it is gone. */
  removal(key: string, path: string): () => void;
}

export interface AttributesDraft {
  /** Writes them for the object that will have the etag. */
  write(etag: string): void;
  /** Takes back what was written. */
  drop(): void;
}

/** @param folder of its own; it is made with the first object that has attributes */
export function createLocalAttributes(folder: string): LocalAttributes {
  const fileOf = (key: string, etag: string): string =>
    join(folder, `${createHash("sha256").update(key).digest("hex")}-${etag}`);

  const describe: LocalAttributes["describe"] = (key, path) => {
    for (;;) {
      const info = objectAt(path);
      if (info === null) return null;
      const attributes = readNow(fileOf(key, info.etag));
      if (attributes !== null) return { ...info, ...attributesOf(attributes) };
      if (objectAt(path)?.etag === info.etag) return info;
    }
  };
  return {
    describe,
    async withRead(key, path, read) {
      for (;;) {
        const info = describe(key, path);
        if (info === null) return null;
        const found = await read();
        if (found?.etag === info.etag) return { ...found, ...attributesOf(info) };
      }
    },
    draft(key, given) {
      if (!hasAttributes(given)) return undefined;
      const text = JSON.stringify({ key, ...attributesOf(given) });
      let file: string | undefined;
      return {
        write(etag) {
          // Objects are written beside the folder first, so what it lies in is there.
          if (!existsSync(folder)) isFolderMade(folder);
          file = fileOf(key, etag);
          writeFileSync(file, text);
        },
        drop() {
          if (file !== undefined) rmSync(file, { force: true });
        },
      };
    },
    removal(key, path) {
      const info = existsSync(folder) ? objectAt(path) : null;
      return () => {
        if (info === null) return;
        try {
          rmSync(fileOf(key, info.etag), { force: true });
        } catch {
          // It belongs to nothing any more, so it does no harm.
        }
      };
    },
  };
}

function objectAt(path: string): ObjectInfo | null {
  const stat = statNow(path);
  return stat === null || stat.isDirectory() ? null : infoOf(stat);
}

function readNow(file: string): ObjectAttributes | null {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
  try {
    return JSON.parse(text) as ObjectAttributes;
  } catch {
    throw systemError("EIO", "read", `${file}, which holds the object's attributes, is damaged`);
  }
}
