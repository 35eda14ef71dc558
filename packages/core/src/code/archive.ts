import { createHash } from "node:crypto";
import { packTar, unpackTar } from "modern-tar";
import type { PackageFile } from "../contracts/code-package.js";

/** What stands in an archive for times and owners: the same files are the same bytes. */
const FIXED = { mtime: new Date(0), uid: 0, gid: 0, uname: "", gname: "" };

/** A file that was read from an archive. */
export type ArchivedFile = Omit<PackageFile, "from">;

/**
 * Puts files into a tar archive, in the order of their paths. It is not compressed: the store compresses what it keeps,
 * and the archive's hash is the same whichever release of zlib this Node has.
 */
export async function packArchive(files: readonly ArchivedFile[]): Promise<Uint8Array> {
  const entries = files
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, bytes, executable }) => ({
      header: { ...FIXED, name: path, size: bytes.length, mode: executable === true ? 0o755 : 0o644 },
      body: bytes,
    }));
  return await packTar(entries);
}

/** The regular files of an archive. @throws where it is no archive */
export async function unpackArchive(archive: Uint8Array): Promise<readonly ArchivedFile[]> {
  const entries = await unpackTar(archive, { strict: true });
  return entries.flatMap(({ header: { name, mode = 0, type = "file" }, data }) =>
    type === "file" ? [{ path: name, bytes: data ?? new Uint8Array(), executable: (mode & 0o100) !== 0 }] : [],
  );
}

export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}
