import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const PACKAGE_NAME = "@metaflow-ts/core";

/**
 * The file URL of one of this package's own entries, so that the user's bundle shares this copy of core.
 * Undefined where the specifier is not one of ours. Works from `dist` and from the sources alike.
 */
export function coreEntryUrl(specifier: string): string | undefined {
  if (!isCoreName(specifier)) return undefined;
  const entry = specifier === PACKAGE_NAME ? "index" : specifier.slice(PACKAGE_NAME.length + 1);
  return entryUrl(entry);
}

/** Whether this package or a part of it is imported. */
export function isCoreName(specifier: string): boolean {
  return specifier === PACKAGE_NAME || specifier.startsWith(`${PACKAGE_NAME}/`);
}

/** The file that a child process runs: `worker`, `bin`, … */
export function coreProgramPath(name: "worker" | "bin" | "sync-reader"): string {
  const url = entryUrl(name);
  if (url === undefined) throw new Error(`This installation of ${PACKAGE_NAME} is incomplete: '${name}' is missing.`);
  return fileURLToPath(url);
}

function entryUrl(entry: string): string | undefined {
  const candidates = import.meta.url.endsWith(".ts")
    ? [`../public/${entry}.ts`, `../../dist/${entry}.js`]
    : [`./${entry}.js`];
  for (const candidate of candidates) {
    const url = new URL(candidate, import.meta.url);
    if (existsSync(url)) return url.href;
  }
  return undefined;
}
