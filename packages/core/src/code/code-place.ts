import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CodeManifest } from "../contracts/code-package.js";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import type { CodeRef } from "../contracts/records.js";
import { BUNDLE_NAME, MANIFEST_NAME, MAP_NAME, readManifest } from "./manifest.js";

/** The code of a run as it is to be had here. */
export interface CodePlace extends Pick<CodeRef, "modules"> {
  /** Where the flow's file is, or would be. */
  readonly entry: string;
  readonly plugins: readonly InstalledPlugin[];
  /** The steps that can run here; null: all. */
  readonly steps: readonly string[] | null;
  /** The bundle and its map, where they need not be fetched. */
  readonly files: { readonly code: Uint8Array; readonly map: Uint8Array } | null;
}

/**
 * Where the run's code lies: in a code package that was unpacked in the folder, if it is that of this run, or else where
 * the run was started.
 */
export function openCodePlace(code: CodeRef, folder: string | undefined): CodePlace {
  const { entry, modules, plugins = [] } = code;
  const manifest = folder === undefined ? undefined : manifestIn(folder);
  if (folder === undefined || manifest?.code !== code.sha256)
    return { entry, modules, plugins, steps: null, files: null };
  const urlOf = (path: string): string => pathToFileURL(join(folder, path)).href;
  return {
    entry: join(folder, manifest.entry),
    modules: Object.fromEntries(
      Object.entries(manifest.modules).map(([id, path]) => [id, { url: urlOf(path), specifier: id }]),
    ),
    plugins: plugins.map((plugin) => {
      const path = manifest.plugins[plugin.package];
      return path === undefined ? plugin : { ...plugin, folder, entry: urlOf(path) };
    }),
    steps: manifest.steps,
    files: { code: readFileSync(join(folder, BUNDLE_NAME)), map: readFileSync(join(folder, MAP_NAME)) },
  };
}

function manifestIn(folder: string): CodeManifest | undefined {
  try {
    return readManifest(readFileSync(join(folder, MANIFEST_NAME)));
  } catch {
    return undefined;
  }
}
