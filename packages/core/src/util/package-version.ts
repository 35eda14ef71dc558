import { readFileSync } from "node:fs";

/** The version of the running copy. Works from `dist` and from the sources alike. */
export function packageVersion(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));
      if (found.name === "@metaflow-ts/core") return found.version;
    } catch {
      // Not there: the other layout.
    }
  }
  return "unknown";
}
