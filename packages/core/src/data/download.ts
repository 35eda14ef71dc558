import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { isMetaflowError } from "../errors/metaflow-error.js";
import { fileFailed } from "./data-bodies.js";

/** Writes a file whole or not at all: beside its place first, and then moved there. */
export async function writeFileFrom(path: string, stream: AsyncIterable<Uint8Array>, mark: string): Promise<void> {
  const draft = `${path}.${mark}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(stream, createWriteStream(draft, { flags: "wx" }));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    // What the datastore says stays as it is.
    if (isMetaflowError(error) || (error as NodeJS.ErrnoException).code === undefined) throw error;
    fileFailed("write", path, error);
  }
}
