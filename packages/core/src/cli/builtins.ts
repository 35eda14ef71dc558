import type { Card } from "../contracts/card.js";
import type { Builtins } from "../registry/builtins.js";
import { builtinSecrets } from "../secrets/builtin-providers.js";

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
  cards: [
    {
      name: "default",
      load: async () => (await import("../client/cards/default-card.js")).defaultCard as Card,
    },
    {
      name: "taskspec_card",
      load: async () => (await import("../client/cards/taskspec-card.js")).taskspecCard as Card,
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
  ...builtinSecrets,
  observers: [
    {
      name: "json-lines",
      load: async () => (await import("../runtime/observers/json-lines.js")).jsonLines,
    },
  ],
};
