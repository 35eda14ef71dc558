/** The folders of packages/core/src, lowest layer first. A folder imports only from layers below its own, and itself. */
const layers = [
  ["util", "errors"],
  ["contracts"],
  ["params"],
  ["flow"],
  ["graph", "decorators", "artifacts", "registry", "config"],
  ["datastore", "metadata", "code", "secrets"],
  ["packaging", "task", "client", "transfer"],
  ["runtime", "deploy", "data", "project"],
  ["cli", "testing"],
];
/** Folders of one layer that may know each other all the same. */
const neighbours = { errors: ["util"] };

const core = "^packages/core/src/";
const tests = "\\.test(-d)?\\.ts$";
const inFolders = (folders) => `${core}(${folders.join("|")})/`;

const layerRules = layers.flatMap((layer, level) =>
  layer.map((folder) => {
    const allowed = [folder, ...(neighbours[folder] ?? []), ...layers.slice(0, level).flat()];
    return {
      name: `layer-${folder}`,
      severity: "error",
      comment: `${folder} is in layer ${level}: besides itself it imports only ${allowed.slice(1).join(", ") || "nothing"}.`,
      from: { path: inFolders([folder]), pathNot: tests },
      to: { path: core, pathNot: inFolders(allowed) },
    };
  }),
);

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...layerRules,
    {
      name: "layer-of-every-folder",
      severity: "error",
      comment: "A new folder of core gets a place in the table of layers in .dependency-cruiser.mjs.",
      from: { path: `${core}[^/]+/`, pathNot: inFolders([...layers.flat(), "public"]) },
      to: {},
    },
    {
      name: "entry-points-are-the-top",
      severity: "error",
      comment: "public/ and the process entries (bin, worker, sync-reader) import the rest; nothing imports them.",
      from: { path: core, pathNot: [tests, `${core}public/`] },
      to: { path: `${core}(public/|[^/]+\\.ts$)` },
    },
    {
      name: "contracts-import-types-only",
      severity: "error",
      comment: "contracts/ holds types and no code: write `import type`.",
      from: { path: inFolders(["contracts"]), pathNot: tests },
      to: { dependencyTypesNot: ["type-only"] },
    },
    {
      name: "contracts-are-imported-as-types",
      severity: "error",
      comment: "contracts/ holds types and no code: write `import type`.",
      from: { path: core },
      to: { path: inFolders(["contracts"]), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "graph-is-pure",
      severity: "error",
      comment: "graph/ has no I/O, clock or randomness: it uses no module of Node.",
      from: { path: inFolders(["graph"]), pathNot: tests },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "packages-by-name",
      severity: "error",
      comment: "Another package is imported by its name, never by a path into it.",
      from: { path: "^(packages/[^/]+|examples|bench)/" },
      to: { path: "^(packages|examples|bench)/", pathNot: "^$1/", dependencyTypes: ["local"] },
    },
    {
      name: "plugins-know-only-core",
      severity: "error",
      comment: "Plugins have core as a peer and never import one another; kubeflow may use kubernetes.",
      from: { path: "^packages/([^/]+)/", pathNot: "^packages/kubeflow/" },
      to: { path: "^packages/", pathNot: "^packages/($1|core)/" },
    },
    {
      name: "kubeflow-knows-core-and-kubernetes",
      severity: "error",
      from: { path: "^packages/kubeflow/" },
      to: { path: "^packages/", pathNot: "^packages/(kubeflow|kubernetes|core)/" },
    },
    {
      name: "no-tests-in-sources",
      severity: "error",
      from: { pathNot: [tests, "^packages/[^/]+/test/"] },
      to: { path: [tests, "^packages/[^/]+/test/"] },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    exclude: { path: "(^|/)(\\.metaflow|coverage)/" },
    doNotFollow: { path: "(^|/)(node_modules|dist)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".json", ".d.ts"],
    },
  },
};
