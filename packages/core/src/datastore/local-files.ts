import {
  closeSync,
  constants,
  fstatSync,
  futimesSync,
  openSync,
  promises,
  read as readCallback,
  readSync,
  type Stats,
  unlinkSync,
  writevSync,
} from "node:fs";
import { promisify } from "node:util";
import type { GetOptions, ObjectInfo, StoredObject } from "../contracts/datastore.js";
import { byteRange } from "./byte-range.js";
import { errnoOf, systemError } from "./local-errors.js";

/*
 * Reading and writing whole files. What is small is done synchronously: that takes microseconds, a tenth of what the
 * way through Node's thread pool costs. What is large goes through the pool in pieces and leaves the thread free.
 */

const SMALL_BYTES = 256 * 1024;
/** One system call's share: measured, larger ones take longer in all. */
const PIECE_BYTES = 1024 * 1024;
/** Fewer than the buffers one `writev` takes on any system. */
const PIECE_BUFFERS = 512;

const readAsync = promisify(readCallback);

/** Whether the chunks are so few bytes that they are written at once. */
export function isSmall(chunks: readonly Uint8Array[]): boolean {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0) <= SMALL_BYTES;
}

/** The etag changes whenever the file is replaced: see {@link freshTime}. */
export function infoOf(stat: Stats): ObjectInfo {
  const etag = `${stat.ino.toString(36)}-${stat.size.toString(36)}-${stat.mtimeMs.toString(36)}`;
  return { size: stat.size, etag, modifiedAt: Math.floor(stat.mtimeMs) };
}

/**
 * A modification time in seconds. The system's own clock for files stands still for milliseconds, in which a file may
 * be replaced several times and even get its old inode again; random microseconds tell these apart.
 */
export function freshTime(laterThanMs = 0): number {
  return Math.max(Date.now() + Math.random(), laterThanMs + 0.001) / 1000;
}

/** Reads the file at once, whatever its size. Null where there is none. */
export function readFileNow(path: string, key: string, options: GetOptions): StoredObject | null {
  const file = openToRead(path);
  if (file === null) return null;
  try {
    const { info, bytes, start } = prepareRead(file, key, options);
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, PIECE_BYTES);
      done += readSome(readSync(file, bytes, done, length, start + done));
    }
    return { ...info, bytes };
  } finally {
    closeSync(file);
  }
}

/** The same, giving up the thread while a large file is read. */
export async function readFile(path: string, key: string, options: GetOptions): Promise<StoredObject | null> {
  const file = openToRead(path);
  if (file === null) return null;
  try {
    const { info, bytes, start } = prepareRead(file, key, options);
    for (let done = 0; done < bytes.length; ) {
      const length = Math.min(bytes.length - done, PIECE_BYTES);
      if (bytes.length <= SMALL_BYTES) {
        done += readSome(readSync(file, bytes, done, length, start + done));
      } else {
        options.signal?.throwIfAborted();
        done += readSome((await readAsync(file, bytes, done, length, start + done)).bytesRead);
      }
    }
    return { ...info, bytes };
  } finally {
    closeSync(file);
  }
}

function openToRead(path: string): number | null {
  try {
    const file = openSync(path, constants.O_RDONLY);
    if (!fstatSync(file).isDirectory()) return file;
    // As in a bucket: a folder is what the keys below it share, and no object.
    closeSync(file);
    return null;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

function prepareRead(file: number, key: string, options: GetOptions) {
  const stat = fstatSync(file);
  const { start, end } = byteRange(key, stat.size, options);
  // Memory of its own: a slice of Node's shared pool would keep the pool alive, and views of it are unaligned.
  return { info: infoOf(stat), start, bytes: Buffer.allocUnsafeSlow(end - start) };
}

function readSome(count: number): number {
  if (count === 0) throw systemError("EIO", "read", "the file ended early");
  return count;
}

/** Writes a new file that holds the chunks, which are not copied together. Leaves nothing behind where it fails. */
export async function writeNewFile(path: string, chunks: readonly Uint8Array[], signal?: AbortSignal): Promise<Stats> {
  if (isSmall(chunks)) return writeSmallFile(path, chunks);
  const file = await promises.open(path, "wx");
  try {
    for (let piece of piecesOf(chunks)) {
      signal?.throwIfAborted();
      while (piece.length > 0) piece = withoutBytes(piece, (await file.writev(piece)).bytesWritten);
    }
    const time = freshTime();
    await file.utimes(time, time);
    return await file.stat();
  } catch (error) {
    await promises.rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

function writeSmallFile(path: string, chunks: readonly Uint8Array[]): Stats {
  const file = openSync(path, "wx");
  try {
    for (let piece of piecesOf(chunks)) {
      while (piece.length > 0) piece = withoutBytes(piece, writevSync(file, piece));
    }
    const time = freshTime();
    futimesSync(file, time, time);
    return fstatSync(file);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Groups and cuts the chunks into what one system call is given. */
function* piecesOf(chunks: readonly Uint8Array[]): Generator<Uint8Array[]> {
  let piece: Uint8Array[] = [];
  let room = PIECE_BYTES;
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; ) {
      const part = chunk.subarray(start, start + room);
      piece.push(part);
      start += part.length;
      room -= part.length;
      if (room > 0 && piece.length < PIECE_BUFFERS) continue;
      yield piece;
      piece = [];
      room = PIECE_BYTES;
    }
  }
  if (piece.length > 0) yield piece;
}

/** What is left of a piece after a call that wrote `count` bytes of it: usually nothing. */
function withoutBytes(piece: readonly Uint8Array[], count: number): Uint8Array[] {
  if (count === 0) throw systemError("EIO", "write", "nothing more could be written");
  let left = count;
  return piece.flatMap((part) => {
    const skip = Math.min(left, part.length);
    left -= skip;
    return skip === part.length ? [] : [part.subarray(skip)];
  });
}
