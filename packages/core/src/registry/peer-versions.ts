import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { InstalledPeer } from "../contracts/installed-plugin.js";

const requireModule = createRequire(import.meta.url);

/** A peer of another version than is wanted. */
export interface WrongPeer {
  readonly peer: string;
  readonly wanted: string;
  readonly found: string;
}

/**
 * The first of a plugin's peers whose version is not wanted; undefined where all are. What is no range of versions, as
 * within a workspace, and a peer that cannot be looked at, are left to Node.
 */
export function wrongPeer(peers: readonly InstalledPeer[]): WrongPeer | undefined {
  for (const { name, range, folder } of peers) {
    const found = versionIn(folder);
    if (found !== undefined && !isWanted(found, range)) return { peer: name, wanted: range, found };
  }
  return undefined;
}

/** Loaded only where a plugin with peers is used: every command would pay for it otherwise. */
function isWanted(version: string, range: string): boolean {
  const { satisfies, validRange } = requireModule("semver") as typeof import("semver");
  return validRange(range) === null || satisfies(version, range, { includePrerelease: true });
}

function versionIn(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly version?: unknown;
    };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}
