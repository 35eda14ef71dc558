import { promises, type Stats } from "node:fs";
import type { GetOptions, ObjectStream } from "../contracts/datastore.js";
import { byteRange } from "./byte-range.js";
import { errnoOf, explainFailure, systemError } from "./local-errors.js";
import { freshTime, infoOf } from "./local-files.js";

/*
 * Reading and writing files piece by piece, so that their size does not matter.
 */

const PIECE_BYTES = 1024 * 1024;

/** A file's content as a stream, which is opened when it is first asked for something; null where there is no file. */
export async function streamFile(path: string, key: string, options: GetOptions): Promise<ObjectStream | null> {
  const stat = await promises.stat(path).catch((error: unknown) => {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  });
  if (stat === null || stat.isDirectory()) return null;
  const info = infoOf(stat);
  const range = byteRange(key, stat.size, options);
  return { ...info, stream: piecesOf(path, range, info.etag, options.signal) };
}

async function* piecesOf(
  path: string,
  { start, end }: { readonly start: number; readonly end: number },
  etag: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const file = await promises.open(path, "r");
  try {
    if (infoOf(await file.stat()).etag !== etag) throw systemError("ESTALE", "read", "the object has changed");
    for (let at = start; at < end; ) {
      signal?.throwIfAborted();
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at)), {
        position: at,
      });
      if (bytesRead === 0) throw systemError("EIO", "read", "the file ended early");
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Writes a new file of what comes. Leaves nothing behind where it fails. */
export async function writeStreamFile(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Stats> {
  const file = await promises.open(path, "wx");
  try {
    for await (const chunk of chunks) {
      signal?.throwIfAborted();
      await file.writeFile(chunk);
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

/** The stream, with what the system refuses explained. */
export async function* explained(
  chunks: AsyncIterable<Uint8Array>,
  about: Parameters<typeof explainFailure>[1],
): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw explainFailure(error, about);
  }
}

/** A source of which it can be told afterwards whether it failed itself. */
export function guarded(source: AsyncIterable<Uint8Array>): {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly failure: { readonly error: unknown } | undefined;
} {
  let failure: { readonly error: unknown } | undefined;
  async function* pass(): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (error) {
      failure = { error };
      throw error;
    }
  }
  return {
    chunks: pass(),
    get failure() {
      return failure;
    },
  };
}
