import { existsSync } from "node:fs";
import { join, normalize, sep } from "node:path";

/** Conditions of a package's exports that an import by Node meets. */
const CONDITIONS: ReadonlySet<string> = new Set(["node", "import", "module-sync", "default"]);

/**
 * The file of a package that one of its exports leads to, or, where no export has that name, the file itself.
 * Undefined where there is none, or it lies outside of the package.
 */
export function resolveEntry(
  folder: string,
  manifest: Readonly<Record<string, unknown>>,
  path: string,
): string | undefined {
  const target = exportTarget(manifest.exports, path) ?? (path === "." ? mainOf(manifest) : path);
  const file = normalize(join(folder, target));
  return file.startsWith(folder + sep) && existsSync(file) ? file : undefined;
}

function mainOf({ main }: Readonly<Record<string, unknown>>): string {
  return typeof main === "string" ? main : "index.js";
}

function exportTarget(exports: unknown, path: string): string | undefined {
  const isByPath = typeof exports === "object" && exports !== null && Object.keys(exports)[0]?.startsWith(".") === true;
  if (isByPath) return byCondition((exports as Readonly<Record<string, unknown>>)[path]);
  return path === "." ? byCondition(exports) : undefined;
}

function byCondition(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = CONDITIONS.has(condition) ? byCondition(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
