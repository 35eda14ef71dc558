import { createHash } from "node:crypto";
import { type Dirent, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";
import type { BundleTrace, Resolution } from "./bundle-trace.js";

/**
 * Something about the disk that decides what a bundle is:
 * `file` the content of a file, `folder` where a folder is and what is in it, `names` only the names in a folder,
 * `place` where a path leads. The value is null where there is nothing.
 */
type FactKind = "file" | "folder" | "names" | "place";
export type Fact = readonly [kind: FactKind, path: string, value: string | null];

/** Files that change how imports below their folder are resolved. */
const SETTINGS = ["package.json", "tsconfig.json", "jsconfig.json", ".pnp.cjs", ".pnp.js", ".pnp.data.json"];

/** File systems do not keep times more exactly than this. */
const CLOCK_MS = 20;

/** A bundle must not be kept: something is in its making that facts do not cover. */
class Doubt extends Error {}

export const digest = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** What is so now. */
export const noteFact = (kind: FactKind, path: string): Fact => [kind, path, observe(kind, path)];

/** Whether everything is as it was. */
export function factsHold(facts: readonly Fact[]): boolean {
  return facts.every(([kind, path, value]) => observe(kind, path) === value);
}

/** Starts to watch for what changes while a bundle of the entry is made. Call it before the bundler. */
export function watchFacts(entry: string): { collect(trace: BundleTrace): readonly Fact[] | undefined } {
  const startedAt = Date.now();
  const above = ancestors(dirname(entry));
  const present = above
    .flatMap((folder) => [...SETTINGS, "node_modules"].map((name) => join(folder, name)))
    .filter(exists);
  return {
    /** All facts that the bundle depends on; undefined where they are in doubt, or changed meanwhile. */
    collect(trace) {
      try {
        const facts = collectFacts(trace);
        const before = startedAt - CLOCK_MS;
        const isOld = (path: string) => changedAt(path) < before;
        const settled = facts.every(([, path, value]) => {
          if (value !== null) return isOld(path);
          // What is not there may have gone meanwhile. Folders above the flow may change all the time, as that of
          // temporary files does: what counts in them was looked at before.
          return above.includes(dirname(path)) || isOld(nearestFolder(path));
        });
        return settled && present.every(exists) ? facts : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function collectFacts({ resolutions, inputs, hasPatterns }: BundleTrace): readonly Fact[] {
  if (hasPatterns) throw new Doubt("a pattern");
  const facts = new Map<string, Fact>();
  const note = (kind: FactKind, path: string): string | null => {
    const key = `${kind} ${path}`;
    const known = facts.get(key);
    if (known !== undefined) return known[2];
    const value = observe(kind, path);
    facts.set(key, [kind, path, value]);
    return value;
  };
  const resolved = new Set(resolutions.map(({ path }) => path));
  for (const input of inputs) {
    if (!resolved.has(input) || note("file", input) === null) throw new Doubt("a file that no import named");
    note("folder", dirname(input));
  }
  const folders = new Set(inputs.flatMap((input) => ancestors(dirname(input))));
  for (const path of [...folders].flatMap((folder) => SETTINGS.map((name) => join(folder, name)))) note("file", path);
  const mapsPackages = [...folders].some((folder) =>
    ["tsconfig.json", "jsconfig.json"].some((name) => noteTsconfig(join(folder, name), note)),
  );
  for (const resolution of resolutions) {
    if (isPath(resolution.specifier)) notePath(resolution, note);
    else if (mapsPackages) throw new Doubt("paths of a tsconfig");
    else notePackage(resolution, note);
    if (!resolution.outside && !inputs.includes(resolution.path ?? "")) throw new Doubt("a file that is not bundled");
  }
  return [...facts.values()];
}

type Note = (kind: FactKind, path: string) => string | null;

/** Notes the files that a tsconfig extends. True where one of them says where packages are. */
function noteTsconfig(path: string, note: Note, depth = 0): boolean {
  if (note("file", path) === null) return false;
  const text = readFileSync(path, "utf8");
  const extended = text.match(/"extends"/g)?.length ?? 0;
  // What is in a string may be written in other ways too: then it is not looked at any further.
  if (text.includes("\\u") || extended > 1 || depth > 8) throw new Doubt("a tsconfig");
  let maps = /"(?:paths|baseUrl)"/.test(text);
  if (extended === 1) {
    const base = /"extends"\s*:\s*"(\.\.?\/[^"\\]*)"/.exec(text)?.[1];
    if (base === undefined) throw new Doubt("a tsconfig that extends one of a package");
    const found = resolve(dirname(path), base);
    maps = [found, `${found}.json`].map((file) => noteTsconfig(file, note, depth + 1)).includes(true) || maps;
  }
  return maps;
}

/** A path: the folder that it names a file of, and the folder that it may be itself. */
function notePath({ specifier, folder, path, outside }: Resolution, note: Note): void {
  const named = resolve(folder, specifier);
  note("folder", dirname(named));
  const isFolder = note("folder", named) !== null;
  if (path === null) throw new Doubt("an import that led nowhere");
  if (outside && note("place", path) !== path) throw new Doubt("a file that is elsewhere");
  if (dirname(path) === realpathSync(dirname(named))) return;
  const isIndex =
    isFolder && dirname(path) === realpathSync(named) && note("file", join(named, "package.json")) === null;
  if (!isIndex) throw new Doubt("a folder that says where its main file is");
}

/** A package: the places where a nearer one could be, the one that was found, and its version. */
function notePackage({ specifier, folder, path, outside }: Resolution, note: Note): void {
  if (path === null || !outside || realpathSync(folder) !== folder) throw new Doubt("a package that is no package");
  const [first = "", second = ""] = specifier.split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  for (const above of ancestors(folder)) {
    const modules = join(above, "node_modules");
    note("names", modules);
    if (first.startsWith("@")) note("names", join(modules, first));
    const place = note("place", join(modules, name));
    if (place === null) continue;
    if (!path.startsWith(place + sep) || note("place", path) !== path) throw new Doubt("a package that is elsewhere");
    if (note("file", join(modules, name, "package.json")) === null) throw new Doubt("a package without a version");
    return;
  }
  throw new Doubt("a package that is in no node_modules");
}

function observe(kind: FactKind, path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (kind === "place") return realpathSync(path);
  if (kind === "file") return stat.isFile() ? digest(readFileSync(path)) : "not a file";
  if (!stat.isDirectory()) return null;
  if (kind === "names") return digest(readdirSync(path).toSorted().join("\n"));
  const place = realpathSync(path);
  const entries = readdirSync(path, { withFileTypes: true }).map((entry) => `${entry.name} ${kindOf(place, entry)}`);
  return digest([place, ...entries.toSorted()].join("\n"));
}

/** A link is what it leads to. */
function kindOf(folder: string, entry: Dirent): string {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? "folder" : "file";
  const path = join(folder, entry.name);
  const leadsTo = statSync(path, { throwIfNoEntry: false });
  return leadsTo === undefined ? "nowhere" : `${leadsTo.isDirectory()} ${realpathSync(path)}`;
}

const isPath = (specifier: string): boolean => /^\.\.?(?:\/|$)/.test(specifier) || isAbsolute(specifier);
const exists = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

/** The folder and all above it. */
function ancestors(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

function nearestFolder(path: string): string {
  const folder = dirname(path);
  return exists(folder) ? folder : nearestFolder(folder);
}

/** When the path or what it leads to changed last. Unlike the time of modification, nobody can set this one. */
function changedAt(path: string): number {
  return Math.max(lstatSync(path).ctimeMs, statSync(path).ctimeMs);
}
