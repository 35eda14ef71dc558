import type { Builtins } from "../registry/builtins.js";

/** What core gives by name, as a plugin would. */
export const builtins: Builtins = {
  observers: [
    {
      name: "json-lines",
      load: async () => (await import("../runtime/observers/json-lines.js")).jsonLines,
    },
  ],
};
