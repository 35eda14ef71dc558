/** Finding, bundling and loading a flow's file. */
export const flowErrors = {
  CORE_COPIES_DIFFER: {
    message: (v: { what: string; contract: string; known: number; here: string; there: string }) =>
      `${v.what} was made by another copy of @metaflow-ts/core, and the two do not fit: ${v.there} (contract ${v.contract}), and ${v.here} (contract ${v.known}).`,
    fix: () =>
      "Let both be one version: update the older one. `npm ls @metaflow-ts/core` shows which packages brought them.",
  },
  FLOW_FILE_NOT_FOUND: {
    message: (v: { file: string }) => `There is no file '${v.file}'.`,
    fix: () => "Give the path of a flow's source file, as in `metaflow train.ts run`.",
  },
  FLOW_NOT_BUNDLED: {
    message: (v: { file: string; reason: string }) => `'${v.file}' could not be bundled: ${v.reason}.`,
  },
  FLOW_SYNTAX: {
    message: (v: { problem: string }) => v.problem,
    fix: () => "Correct the place that is marked; `npx tsc --noEmit` says more about it.",
  },
  FLOW_IMPORT_UNRESOLVED: {
    message: (v: { specifier: string }) =>
      `The import of '${v.specifier}' leads nowhere: there is no such file or package.`,
  },
  FLOW_NOT_LOADED: {
    message: (v: { file: string; reason: string }) => `Loading '${v.file}' failed: ${v.reason}`,
    fix: () => "The code at the top of the file, or of one that it imports, threw. Move work into a step.",
  },
} as const;
