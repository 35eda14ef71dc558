import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errors } from "../errors/codes.js";
import { fileReason } from "../util/file-reason.js";
import type { ArchivedFile } from "./archive.js";
import { writeFiles } from "./unpack-package.js";

export interface ExtractOptions {
  /** Also files that are there and differ. Default false. */
  readonly overwrite?: boolean | undefined;
}

/**
 * Writes files into a folder of the user's; a file that is there with the same content is fine.
 *
 * @throws EXTRACT_WOULD_OVERWRITE before anything is written, FILE_NOT_WRITTEN
 */
export async function extractFiles(
  folder: string,
  files: readonly ArchivedFile[],
  { overwrite = false }: ExtractOptions = {},
): Promise<readonly string[]> {
  const paths = files.map(({ path }) => path);
  try {
    const differing = overwrite ? [] : await differingFrom(folder, files);
    if (differing.length > 0) throw errors.EXTRACT_WOULD_OVERWRITE({ folder, paths: differing });
    await writeFiles(folder, files);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    const path = (cause as NodeJS.ErrnoException).path ?? folder;
    throw errors.FILE_NOT_WRITTEN({ path, reason: fileReason(cause) }, { cause });
  }
  return paths;
}

async function differingFrom(folder: string, files: readonly ArchivedFile[]): Promise<readonly string[]> {
  const differing: string[] = [];
  for (const { path, bytes } of files) {
    const found = await readFile(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    if (found !== undefined && !found.equals(bytes)) differing.push(path);
  }
  return differing;
}
