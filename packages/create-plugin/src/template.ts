import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** One kind of thing that a plugin may add, as its `kind.json` says. Texts hold the template's sample names. */
export interface Kind {
  /** What `--kind` takes: the name of its folder. */
  readonly name: string;
  readonly help: string;
  /** The list of `definePlugin` and of package.json's `metaflow` that it belongs to. */
  readonly list: string;
  /** What package.json lists. */
  readonly provides: readonly unknown[];
  /** The module of `src` that has it, and what of it the plugin contributes. */
  readonly module: string;
  readonly imports: string;
  readonly contribution: string;
  /** What the package exports to authors of flows; left out where there is nothing to import. */
  readonly exports?: string | undefined;
  readonly dependencies?: Readonly<Record<string, string>> | undefined;
}

/** A file of the template. */
export interface TemplateFile {
  /** From the plugin's folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

const ROOT = join(import.meta.dirname, "../template");

/** All kinds, by their names. */
export function readKinds(): readonly Kind[] {
  const names = readdirSync(join(ROOT, "kinds")).sort();
  return names.map((name) => {
    const text = readFileSync(join(ROOT, "kinds", name, "kind.json"), "utf8");
    return { name, ...(JSON.parse(text) as Omit<Kind, "name">) };
  });
}

/** The files that every plugin has. */
export function baseFiles(): readonly TemplateFile[] {
  return filesBelow(join(ROOT, "base"));
}

/** The files of a kind. */
export function kindFiles({ name }: Kind): readonly TemplateFile[] {
  return filesBelow(join(ROOT, "kinds", name)).filter(({ path }) => path !== "kind.json");
}

function filesBelow(folder: string): readonly TemplateFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: path.slice(folder.length + 1).replaceAll("\\", "/"), text: readFileSync(path, "utf8") };
    });
}
