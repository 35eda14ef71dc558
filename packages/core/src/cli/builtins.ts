import type { Builtins } from "../registry/builtins.js";

/** What core gives by name, as a plugin would. */
export const builtins: Builtins = {
  backends: [
    {
      name: "process",
      load: async () => (await import("../runtime/backends/process-backend.js")).processBackend,
    },
  ],
  environments: [
    {
      name: "npm",
      load: async () => (await import("../packaging/code/npm-environment.js")).npmEnvironment,
    },
  ],
  deployers: [
    {
      name: "shell",
      load: async () => (await import("../deploy/shell-deployer.js")).shellDeployer,
    },
  ],
  metadataProviders: [
    {
      name: "datastore",
      load: async () => (await import("../datastore/datastore-metadata.js")).datastoreMetadata,
    },
  ],
  secrets: [
    { name: "inline", load: async () => (await import("../secrets/inline-provider.js")).inlineProvider },
    { name: "env-file", load: async () => (await import("../secrets/env-file-provider.js")).envFileProvider },
  ],
  observers: [
    {
      name: "json-lines",
      load: async () => (await import("../runtime/observers/json-lines.js")).jsonLines,
    },
  ],
};
