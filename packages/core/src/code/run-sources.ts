import { posix } from "node:path";

/** A file of the user's own that is in a flow's bundle. */
export interface SourceFile {
  /** From the folder in which all of them lie. */
  readonly path: string;
  readonly text: string;
}

export interface RunSources {
  /** The file of the flow itself. */
  readonly flow: SourceFile;
  /** All files, the flow's among them, in the order of their paths. */
  readonly files: readonly SourceFile[];
}

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourcesContent: readonly (string | null)[];
}

/**
 * The user's files as they were when a run started, from the source map of its bundle: every run has them, with or
 * without a code package.
 *
 * @param entry path of the flow's file; the map's paths start in its folder
 */
export function sourcesOf(map: string, entry: string): RunSources {
  const { sources, sourcesContent } = JSON.parse(map) as SourceMap;
  const flowName = posix.basename(entry.replaceAll("\\", "/"));
  const own = sources.flatMap((name, k) => {
    const text = sourcesContent[k];
    return text == null || name.startsWith("<") ? [] : [{ path: posix.normalize(name), text }];
  });
  // As many folders above the flow's as the file that is furthest up needs.
  const depth = Math.max(0, ...own.map(({ path }) => path.split("/").filter((part) => part === "..").length));
  const folders = posix.dirname(entry.replaceAll("\\", "/")).split("/").filter(Boolean);
  const base = depth === 0 ? "" : folders.slice(-depth).join("/");
  const files = own
    .map(({ path, text }) => ({ path: posix.join(base, path), text }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const flow = files.find(({ path }) => path === posix.join(base, flowName)) ?? { path: flowName, text: "" };
  return { flow, files };
}
