import { linkSync, mkdirSync, promises, renameSync, type Stats, statSync, unlinkSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PutResult } from "../contracts/datastore.js";
import { errnoOf } from "./local-errors.js";
import { freshTime, infoOf } from "./local-files.js";
import { withLock } from "./local-lock.js";

/*
 * How a finished file becomes an object: by one system call, so that readers see all of it or nothing.
 */

/** A file that was written beside the objects and is about to become one. */
export interface TempFile {
  readonly path: string;
  readonly stat: Stats;
  /** Writes the attributes of the object that will have the etag: they are there before the object is. */
  readonly describe?: ((etag: string) => void) | undefined;
}

const ABANDONED_AFTER_MS = 60 * 60 * 1000;
/** More often than a folder can be taken away by those who delete its last file. */
const FOLDER_TRIES = 10;
/** Why `link` may fail although writing is allowed: the file system has no hard links. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EPERM", "EMLINK"]);

/** Puts the file in the object's place, whatever is there. */
export async function replace(temp: TempFile, path: string): Promise<PutResult> {
  describe(temp);
  await withFolder(path, () => renameSync(temp.path, path));
  return written(temp.stat);
}

/** Puts the file in the object's place unless something is there. Of any number of processes one succeeds. */
export async function installIfAbsent(temp: TempFile, path: string, lock: string): Promise<PutResult> {
  describe(temp);
  try {
    await withFolder(path, () => linkSync(temp.path, path));
  } catch (error) {
    if (NO_LINKS.has(errnoOf(error))) {
      return withLock(lock, () => (statNow(path) === null ? moved(temp, path) : dropped(temp)));
    }
    if (errnoOf(error) === "EEXIST") return dropped(temp);
    throw error;
  }
  unlinkSync(temp.path);
  return written(temp.stat);
}

/** Puts the file in the object's place if that still has the etag. */
export function replaceIfMatch(temp: TempFile, path: string, lock: string, etag: string): Promise<PutResult> {
  return withLock(lock, () => {
    const current = statNow(path);
    if (current === null || infoOf(current).etag !== etag) return dropped(temp);
    if (temp.stat.mtimeMs > current.mtimeMs) return moved(temp, path);
    // Times that only grow make etags that never come back, however fast the object changes.
    const time = freshTime(current.mtimeMs);
    utimesSync(temp.path, time, time);
    return moved({ ...temp, stat: statSync(temp.path) }, path);
  });
}

function written(stat: Stats): PutResult {
  return { written: true, etag: infoOf(stat).etag };
}

function describe({ stat, describe }: TempFile): void {
  describe?.(infoOf(stat).etag);
}

function moved(temp: TempFile, path: string): PutResult {
  describe(temp);
  renameSync(temp.path, path);
  return written(temp.stat);
}

function dropped(temp: TempFile): PutResult {
  unlinkSync(temp.path);
  return { written: false };
}

/** Null where there is nothing. */
export function statNow(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Does what needs the path's folder, which is made only when it turns out to be missing. */
export async function withFolder<T>(path: string, action: () => T | Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await action();
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" || tries === FOLDER_TRIES) throw error;
      makeFolder(dirname(path));
    }
  }
}

/**
 * Makes a folder and those above it, one by one: Node's own recursion never ends in places like `/proc`, where a folder
 * neither is nor can be made. A folder that others take away meanwhile is for the caller's next try.
 */
function makeFolder(folder: string): void {
  if (isFolderMade(folder) || dirname(folder) === folder) return;
  makeFolder(dirname(folder));
  isFolderMade(folder);
}

/** Makes a folder; false where the one above is missing. */
export function isFolderMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    // A file in its place is found by whoever wants to write in it.
    if (errnoOf(error) === "EEXIST" || errnoOf(error) === "EISDIR") return true;
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Deletes the file, and the folders under `base` that become empty. */
export async function removeFile(path: string, base: string): Promise<void> {
  try {
    await promises.unlink(path);
    for (let folder = dirname(path); folder !== base; folder = dirname(folder)) await promises.rmdir(folder);
  } catch (error) {
    const isDone = ["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errnoOf(error) ?? "");
    if (!isDone) throw error;
  }
}

/** Deletes files that a killed process did not finish. A file that is being written has a recent time. */
export async function removeAbandoned(folder: string, now: number = Date.now()): Promise<void> {
  for (const name of await promises.readdir(folder)) {
    if (!name.startsWith("put-")) continue;
    const path = join(folder, name);
    const stat = statNow(path);
    if (stat !== null && now - stat.mtimeMs > ABANDONED_AFTER_MS) await promises.rm(path, { force: true });
  }
}
