import { randomUUID } from "node:crypto";
import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { privateFolder, privateTempPath } from "../util/private-folder.js";
import { digest, type Fact, factsHold } from "./bundle-facts.js";

/** How many builds are kept. */
const ENTRIES = 50;

/** What the cache calls its files; others are left alone. */
const OWN_NAME = /^[\da-f-]+\.(?:json|tmp)$/;

interface Entry<T> {
  readonly key: string;
  readonly facts: readonly Fact[];
  readonly value: T;
}

/** What was built before, as JSON data. Whatever goes wrong with it is as if it had never been kept. */
export interface BuildCache<T> {
  /** What was built, if making it afresh would give the same. */
  read(key: string): T | undefined;
  write(key: string, value: T, facts: readonly Fact[]): void;
}

/**
 * The cache in a folder of the user's; undefined where nobody knows whose a file is.
 *
 * @param isWhole whether what was read is what was written
 */
export function openBuildCache<T>(isWhole: (value: T) => boolean, path = defaultFolder()): BuildCache<T> | undefined {
  const folder = path === undefined ? undefined : privateFolder(path);
  if (path === undefined || folder === undefined) return undefined;
  const pathOf = (key: string) => join(path, `${digest(key)}.json`);
  return {
    read: (key) =>
      attempt(() => {
        if (!folder.isSafe()) return undefined;
        const entry = readEntry<T>(pathOf(key), folder.owns);
        if (entry?.key !== key || !isWhole(entry.value)) return undefined;
        return factsHold(entry.facts) ? entry.value : undefined;
      }),
    write: (key, value, facts) =>
      attempt(() => {
        folder.make();
        if (!folder.isSafe()) return;
        const entry: Entry<T> = { key, facts, value };
        const body = JSON.stringify(entry);
        const draft = join(path, `${randomUUID()}.tmp`);
        writeFileSync(draft, `${digest(body)}\n${body}`, { mode: 0o600, flag: "wx" });
        renameSync(draft, pathOf(key));
        prune(path);
      }),
  };
}

/** Undefined where core runs from its sources: their changes do not show in the key. */
function defaultFolder(): string | undefined {
  return import.meta.url.endsWith(".ts") ? undefined : privateTempPath("metaflow-ts");
}

/** What was written, as it was written. The file is looked at after it was opened, so that it cannot be swapped. */
function readEntry<T>(path: string, isSafe: (stat: Stats) => boolean): Entry<T> | undefined {
  const file = openSync(path, "r");
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || !isSafe(stat)) return undefined;
    const text = readFileSync(file, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return digest(body) === text.slice(0, end) ? (JSON.parse(body) as Entry<T>) : undefined;
  } finally {
    closeSync(file);
  }
}

/** Removes the oldest files, drafts that nobody finished among them. */
function prune(folder: string): void {
  const names = readdirSync(folder).filter((name) => OWN_NAME.test(name));
  const paths = names.map((name) => join(folder, name));
  if (paths.length <= ENTRIES) return;
  const dated = paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? [] : [{ path, at: stat.mtimeMs }];
  });
  const old = dated.toSorted((a, b) => b.at - a.at).slice(ENTRIES);
  for (const { path } of old) rmSync(path, { force: true });
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
