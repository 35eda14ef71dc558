import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { InstalledPlugin } from "../contracts/installed-plugin.js";
import { findPackage } from "./find-package.js";
import { type Manifest, readPlugin } from "./read-plugin.js";

/** Fields of a project's package.json whose packages are asked whether they are plugins. */
const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;

/**
 * The plugins among the direct dependencies of the project that a folder belongs to, and the project itself where it
 * is one; in the order of their names. Reads package.json files, and imports nothing. Packages are looked for as Node
 * does, in `node_modules` of the project's folder and above it: that is where npm, pnpm and yarn put them, and links to
 * the packages of a workspace.
 */
export function discoverPlugins(folder: string): readonly InstalledPlugin[] {
  const project = findProject(resolve(folder));
  if (project === undefined) return [];
  const itself = readPlugin(project.folder, project.text, project.folder);
  const installed = [...project.dependencies].flatMap((name) => {
    const found = findPackage(name, project.folder);
    if (found === undefined) return [];
    return readPlugin(realpathSync(found), readText(join(found, "package.json")), project.folder) ?? [];
  });
  return [...(itself === undefined ? [] : [itself]), ...installed].toSorted((a, b) => (a.package < b.package ? -1 : 1));
}

interface Project {
  readonly folder: string;
  readonly text: string;
  readonly dependencies: ReadonlySet<string>;
}

/**
 * The nearest package.json that is about a project: one that names dependencies, or declares a plugin. Others, such as
 * `{"type": "module"}` in a folder of flows, only tell Node how to read files. The search ends with the repository.
 */
function findProject(start: string): Project | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const text = readText(join(folder, "package.json"));
    const manifest = parseObject(text);
    const named = DEPENDENCY_FIELDS.filter((field) => isObject(manifest?.[field]));
    if (named.length > 0 || manifest?.metaflow !== undefined) {
      const names = named.flatMap((field) => Object.keys(manifest?.[field] as object));
      return { folder, text, dependencies: new Set(names) };
    }
    if (folder === dirname(folder) || existsSync(join(folder, ".git"))) return undefined;
  }
}

/** Empty for a file that cannot be read: it is as good as not there. */
function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function parseObject(text: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
