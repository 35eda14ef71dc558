import type { Dirent } from "node:fs";
import { promises, statSync } from "node:fs";
import { join } from "node:path";
import type { ListOptions, ListPage } from "../contracts/datastore.js";
import { compareUtf8, sortUtf8 } from "./check-key.js";
import { toPage } from "./list-page.js";
import { errnoOf } from "./local-errors.js";

/** Lists the files under `root` as keys. `hidden` are folders of the root that hold no objects. */
export async function listFiles(
  root: string,
  hidden: ReadonlySet<string>,
  prefix: string,
  options: ListOptions,
): Promise<ListPage> {
  const { cursor, delimiter, limit = 1000, startAfter, signal } = options;
  const items: string[] = [];

  /** Whether a file, or all that a folder (`…/`) holds, comes before the page or does not have the prefix. */
  const isOutside = (item: string): boolean => {
    if (!item.startsWith(prefix) && !prefix.startsWith(item)) return true;
    if (cursor !== undefined && (item === cursor || isBefore(item, cursor))) return true;
    return startAfter !== undefined && ((item === startAfter && !item.endsWith("/")) || isBefore(item, startAfter));
  };

  /** Adds what lies in a folder (`""` or `…/`), in order, until there is one item more than the page takes. */
  const visit = async (folder: string): Promise<void> => {
    signal?.throwIfAborted();
    const found = (await entriesOf(root, folder)).filter((item) => !hidden.has(item) && !isOutside(item));
    for (const item of sortUtf8(found)) {
      if (items.length > limit) return;
      const isGroup = delimiter !== undefined && item.length > prefix.length;
      if (!item.endsWith("/")) items.push(item);
      else if (!isGroup) await visit(item);
      else if (await hasFiles(root, item)) items.push(item);
    }
  };

  await visit(prefix.slice(0, prefix.lastIndexOf("/") + 1));
  return toPage(items, limit);
}

/** For a folder: whether everything in it comes before `bound`. */
function isBefore(item: string, bound: string): boolean {
  return compareUtf8(item, bound) < 0 && !(item.endsWith("/") && bound.startsWith(item));
}

/** Keys of the files in a folder, and of its folders with a `/` at the end: so both sort as their keys do. */
async function entriesOf(root: string, folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await promises.readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    // Below an object there is nothing, unless the root is no folder itself.
    const isBelowFile = errnoOf(error) === "ENOTDIR" && statSync(root, { throwIfNoEntry: false })?.isDirectory();
    if (isBelowFile === true) return [];
    throw error;
  }
  const keys: string[] = [];
  for (const entry of entries) {
    const isLink = entry.isSymbolicLink();
    const target = isLink ? statSync(join(root, folder, entry.name), { throwIfNoEntry: false }) : entry;
    if (target?.isFile()) keys.push(folder + entry.name);
    else if (target?.isDirectory()) keys.push(`${folder}${entry.name}/`);
  }
  return keys;
}

/** Folders without files are no prefixes: object stores have none. */
async function hasFiles(root: string, folder: string): Promise<boolean> {
  const entries = await entriesOf(root, folder);
  if (entries.some((item) => !item.endsWith("/"))) return true;
  for (const item of entries) if (await hasFiles(root, item)) return true;
  return false;
}
