import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** Says, as a .gitignore does, which files never come along. */
const IGNORE_FILE = ".metaflowignore";

export interface FileChoice {
  /** Files below the folder, as in a .gitignore. Hidden ones only where a pattern begins with a dot. */
  readonly include: readonly string[];
  /** Endings of files below `flowFolder` that come along too: `.txt`. */
  readonly suffixes: readonly string[];
  readonly flowFolder: string;
}

/**
 * The files of a project that come along: paths, sorted. Links are followed, each folder once on a way down; installed
 * packages and hidden folders are passed by.
 */
export function projectFiles(folder: string, { include, suffixes, flowFolder }: FileChoice): readonly string[] {
  if (include.length === 0 && suffixes.length === 0) return [];
  const included = ignore().add([...include]);
  const ignored = readIgnoreFile(folder);
  const namesHidden = include.some((pattern) => /(?:^|\/)\./.test(pattern));
  const inFlowFolder = (path: string): boolean => path.startsWith(flowFolder + sep);
  const found: string[] = [];
  const walk = (current: string, above: readonly string[]): void => {
    const real = realpathSync(current);
    if (above.includes(real)) return;
    for (const name of readdirSync(current).toSorted()) {
      if (name === "node_modules" || name === ".git" || (name.startsWith(".") && !namesHidden)) continue;
      const path = join(current, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      const below = relative(folder, path).replaceAll(sep, "/");
      if (stat === undefined || ignored.ignores(stat.isDirectory() ? `${below}/` : below)) continue;
      if (stat.isDirectory()) walk(path, [...above, real]);
      else if (!stat.isFile()) continue;
      else if (included.ignores(below)) found.push(path);
      else if (!name.startsWith(".") && inFlowFolder(path) && suffixes.some((suffix) => name.endsWith(suffix))) {
        found.push(path);
      }
    }
  };
  walk(folder, []);
  return found;
}

function readIgnoreFile(folder: string): Ignore {
  const path = join(folder, IGNORE_FILE);
  return existsSync(path) ? ignore().add(readFileSync(path, "utf8")) : ignore();
}
