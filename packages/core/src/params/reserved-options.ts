/**
 * Options that parameters may not be called: what the commands that start a run take themselves, and what Metaflow
 * reserves, so that a flow can move between the two. Compared without regard to case, `_` being `-`.
 */
export const RESERVED_OPTIONS: ReadonlySet<string> = new Set([
  "backend",
  "config",
  "config-value",
  "datastore",
  "datastore-root",
  "decospecs",
  "help",
  "isolation",
  "json",
  "max-log-size",
  "max-num-splits",
  "max-workers",
  "metadata",
  "namespace",
  "obj",
  "observer",
  "origin-run-id",
  "params",
  "quiet",
  "run-id",
  "run-id-file",
  "runner-attribute-file",
  "tag",
  "tags",
  "task-id",
  "user-namespace",
  "version",
  "with",
]);

/** The form in which options are compared: parameters that differ only in case, or in `_` and `-`, are the same. */
export function comparableOption(option: string): string {
  return option.toLowerCase().replaceAll("_", "-");
}
