import type { Builtins } from "../registry/builtins.js";

/** The providers that need no plugin, for the registry. */
export const builtinSecrets = {
  secrets: [
    { name: "inline", load: async () => (await import("./inline-provider.js")).inlineProvider },
    { name: "env-file", load: async () => (await import("./env-file-provider.js")).envFileProvider },
  ],
} satisfies Builtins;
