import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CodeManifest } from "../contracts/code-package.js";
import { errors } from "../errors/codes.js";
import { type ArchivedFile, unpackArchive } from "./archive.js";
import { checkFiles, MANIFEST_NAME, PackageDamage, readManifest } from "./manifest.js";

/** Reads a blob, verified. */
type ReadBlob = (sha256: string, what: string) => Promise<Uint8Array>;

export interface UnpackedPackage {
  /** The folder in which the runtime's `node_modules` lie. */
  readonly place: string;
  /** The package's folder, in the place. */
  readonly folder: string;
  readonly manifest: CodeManifest;
}

/**
 * Unpacks a code package and the runtime that it needs into a folder of its own below `home`. Every byte is checked
 * before anything of it can run. What was unpacked before is checked and used again.
 *
 * @throws PACKAGE_CORRUPT, BLOB_MISSING, BLOB_CORRUPT
 */
export async function unpackPackage(read: ReadBlob, sha256: string, home: string): Promise<UnpackedPackage> {
  const place = resolve(home, sha256);
  const folder = join(place, "code");
  const manifest = existsSync(place)
    ? await explained(place, () => checkUnpacked(folder))
    : await unpackInto(place, read, sha256);
  await mkdir(join(folder, dirname(manifest.entry)), { recursive: true });
  return { place, folder, manifest };
}

/** Reads a package's files and its manifest from the datastore, checked. @throws PACKAGE_CORRUPT, BLOB_MISSING, BLOB_CORRUPT */
export async function fetchPackage(
  read: ReadBlob,
  sha256: string,
): Promise<{ readonly manifest: CodeManifest; readonly files: readonly ArchivedFile[] }> {
  const archive = await read(sha256, "the code package");
  return await explained("the datastore", async () => {
    const files = await filesOf(archive);
    return { manifest: checkFiles(files), files };
  });
}

async function unpackInto(place: string, read: ReadBlob, sha256: string): Promise<CodeManifest> {
  const { manifest, files } = await fetchPackage(read, sha256);
  const archive = await read(manifest.runtime.sha256, "Metaflow's runtime");
  const runtime = await explained("the datastore", () => filesOf(archive));
  const draft = `${place}.${randomUUID()}`;
  try {
    await writeFiles(join(draft, "code"), files);
    await writeFiles(draft, runtime);
    await rename(draft, place).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster, with the same content.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return manifest;
}

/** @throws PACKAGE_CORRUPT where the work finds damage */
async function explained<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PackageDamage)) throw error;
    throw errors.PACKAGE_CORRUPT({ place, reason: error.message }, { cause: error });
  }
}

async function filesOf(archive: Uint8Array): Promise<readonly ArchivedFile[]> {
  try {
    return await unpackArchive(archive);
  } catch (cause) {
    throw new PackageDamage("it is no archive", { cause });
  }
}

export async function writeFiles(folder: string, files: readonly ArchivedFile[]): Promise<void> {
  for (const { path, bytes, executable } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    if (executable === true) await chmod(target, 0o755);
  }
}

/** Checks what lies in the folder; what `npm install` added beside it does not count. */
async function checkUnpacked(folder: string): Promise<CodeManifest> {
  const read = (path: string) => readFile(join(folder, path)).catch(() => undefined);
  const manifestBytes = await read(MANIFEST_NAME);
  const { files } = readManifest(manifestBytes);
  const found = await Promise.all(
    Object.keys(files).map(async (path): Promise<ArchivedFile[]> => {
      const bytes = await read(path);
      return bytes === undefined ? [] : [{ path, bytes }];
    }),
  );
  return checkFiles([{ path: MANIFEST_NAME, bytes: manifestBytes as Uint8Array }, ...found.flat()]);
}
