import type { PackageFile } from "../contracts/code-package.js";
import { errors } from "../errors/codes.js";

/** One part of a path: not empty, not `.` or `..`, nothing that a file system takes amiss. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const PART = /^(?!\.{1,2}$)[^/\\\0-\x1f]+$/;

/**
 * All files once. Equal files of one path are one file.
 *
 * @throws PACKAGE_PATH_INVALID, PACKAGE_FILE_CONFLICT
 */
export function uniteFiles(files: readonly PackageFile[]): readonly PackageFile[] {
  const byPath = new Map<string, PackageFile>();
  for (const file of files) {
    const { path, from, bytes } = file;
    if (!isPackagePath(path)) throw errors.PACKAGE_PATH_INVALID({ path, from });
    const other = byPath.get(path);
    if (other === undefined) byPath.set(path, file);
    else if (!Buffer.from(other.bytes).equals(bytes)) {
      throw errors.PACKAGE_FILE_CONFLICT({ path, first: other.from, second: from });
    }
  }
  return [...byPath.values()];
}

/** Whether a path leads to somewhere inside of the folder that it starts in, on every system. */
export function isPackagePath(path: string): boolean {
  return path.split("/").every((part) => PART.test(part));
}
