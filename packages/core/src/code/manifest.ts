import type { CodeManifest } from "../contracts/code-package.js";
import { type ArchivedFile, sha256Of } from "./archive.js";
import { isPackagePath } from "./package-files.js";

export const MANIFEST_NAME = "MANIFEST.json";
/** The flow's bundle and its source map. */
export const BUNDLE_NAME = "flow.mjs";
export const MAP_NAME = "flow.mjs.map";

/** Thrown for files that are not those of a package; the message completes "the package is damaged: …". */
export class PackageDamage extends Error {}

/** What the files of a package are by its manifest. @throws PackageDamage where they are not */
export function checkFiles(files: readonly ArchivedFile[]): CodeManifest {
  const manifest = readManifest(files.find(({ path }) => path === MANIFEST_NAME)?.bytes);
  const others = files.filter(({ path }) => path !== MANIFEST_NAME);
  for (const { path, bytes } of others) {
    if (!isPackagePath(path)) throw new PackageDamage(`'${path}' leads outside of it`);
    const expected = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
    if (expected === undefined) throw new PackageDamage(`'${path}' does not belong to it`);
    if (sha256Of(bytes) !== expected) throw new PackageDamage(`'${path}' is not what it was`);
  }
  const there = new Set(others.map(({ path }) => path));
  const missing = Object.keys(manifest.files).find((path) => !there.has(path));
  if (missing !== undefined) throw new PackageDamage(`'${missing}' is missing`);
  return manifest;
}

/** @throws PackageDamage */
export function readManifest(bytes: Uint8Array | undefined): CodeManifest {
  if (bytes === undefined) throw new PackageDamage(`it has no ${MANIFEST_NAME}`);
  let manifest: CodeManifest;
  try {
    manifest = JSON.parse(Buffer.from(bytes).toString("utf8")) as CodeManifest;
  } catch {
    throw new PackageDamage(`its ${MANIFEST_NAME} is no JSON`);
  }
  if (manifest.format !== 1)
    throw new PackageDamage(`its format ${String(manifest.format)} is unknown to this release`);
  return manifest;
}
