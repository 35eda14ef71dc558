/** Why a file could not be read or written, in words; completes "Could not write x: …". */
export function fileReason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return REASONS[code ?? ""] ?? message;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is no folder",
  EACCES: "it is not allowed",
  EPERM: "it is not allowed",
  EROFS: "it is not allowed",
  EISDIR: "it is a folder",
  ENOSPC: "there is no room left on the disk",
  EDQUOT: "there is no room left on the disk",
};
