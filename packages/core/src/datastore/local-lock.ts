import { closeSync, fstatSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { errnoOf, systemError } from "./local-errors.js";

/*
 * A lock that lives in a file, held for one short synchronous action only. Node has no lock that the system gives
 * back when its holder dies, so whoever finds the lock taken looks whether the holder still lives, and removes the
 * lock if not. Removing is itself done under a lock, named after the dead holder: two processes that find the same
 * dead holder cannot remove the lock of the next one.
 */

/** Holders hold for less than a millisecond; one that seems alive but is this old has another's process id. */
const STALE_AFTER_MS = 30_000;
const GIVE_UP_AFTER_MS = 60_000;

interface Holder {
  /** Differs for each time a lock is taken. Fit for a file name. */
  readonly id: string;
  readonly isGone: boolean;
}

let taken = 0;

/**
 * Runs `action`, which is synchronous so that nothing can come between, while no other process does so for `path`.
 * @throws whatever the file system says; an Error of its own where the lock stays taken for a minute
 */
export async function withLock<T>(path: string, action: () => T): Promise<T> {
  const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
  for (let wait = 1; ; wait = Math.min(wait * 2, 50)) {
    if (tryLock(path)) {
      try {
        return action();
      } finally {
        unlinkSync(path);
      }
    }
    if (Date.now() > giveUpAt) throw systemError("EBUSY", "lock", `${path} stays locked`);
    await delay(wait * (0.5 + Math.random()));
  }
}

function tryLock(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, "wx");
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    removeIfGone(path);
    return false;
  }
  writeSync(file, `${process.pid} ${hostname()} ${process.pid}x${process.hrtime.bigint().toString(36)}x${taken++}`);
  closeSync(file);
  return true;
}

function removeIfGone(path: string): void {
  const found = readHolder(path);
  if (!found?.isGone) return;
  const guard = `${path}.${found.id}`;
  if (!tryLock(guard)) return;
  try {
    if (readHolder(path)?.id === found.id) unlinkSync(path);
  } finally {
    unlinkSync(guard);
  }
}

function readHolder(path: string): Holder | null {
  try {
    const file = openSync(path, "r");
    try {
      const [pid, host, id] = readFileSync(file, "utf8").split(" ");
      const { mtimeMs, ino } = fstatSync(file);
      const isDead = pid !== undefined && host === hostname() && !isProcess(Number(pid));
      // Without an id its holder was stopped between creating and writing it; only its age can tell.
      return { id: id ?? `${ino}y${Math.round(mtimeMs)}`, isGone: isDead || Date.now() - mtimeMs > STALE_AFTER_MS };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === "EPERM";
  }
}
