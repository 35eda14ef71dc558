import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { errors } from "../errors/codes.js";
import type { Environment } from "./env.js";

/** A user's own defaults: `METAFLOW_*` names and their values. */
export type Profile = Readonly<Record<string, string | undefined>>;

/**
 * Reads `~/.metaflowconfig/config.json`, the same file that Metaflow for Python uses; `METAFLOW_HOME` names
 * another folder and `METAFLOW_PROFILE=x` the file `config_x.json`. No file is an empty profile, unless one was
 * asked for by name.
 *
 * @throws PROFILE_NOT_FOUND, PROFILE_INVALID
 */
export function readProfile(environment: Environment): Profile {
  const name = environment.METAFLOW_PROFILE || undefined;
  const folder = expandHome(environment.METAFLOW_HOME || "~/.metaflowconfig");
  const path = join(folder, name === undefined ? "config.json" : `config_${name}.json`);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === "ENOENT";
    if (!absent) throw errors.PROFILE_INVALID({ path, reason: "it cannot be read" }, { cause });
    if (name !== undefined) throw errors.PROFILE_NOT_FOUND({ profile: name, path });
    return {};
  }
  return parseProfile(text, path);
}

function parseProfile(text: string, path: string): Profile {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw errors.PROFILE_INVALID({ path, reason: `it is no JSON (${(cause as Error).message})` }, { cause });
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw errors.PROFILE_INVALID({ path, reason: "it holds no object of METAFLOW_* names" });
  }
  // Metaflow writes numbers, booleans and nested objects too; every reader of a setting parses text.
  const entries = Object.entries(parsed)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const);
  return Object.fromEntries(entries);
}

function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
}
