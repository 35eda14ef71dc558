import { defineConfig } from "tsup";

/** What people import; only these get declarations. */
const publicEntries = {
  index: "src/public/index.ts",
  plugin: "src/public/plugin.ts",
  client: "src/public/client.ts",
  data: "src/public/data.ts",
  testing: "src/public/testing.ts",
  vite: "src/public/vite.ts",
};

/** What is started by its path: the command, a worker process, a worker thread; and the start of the program for places. */
const processEntries = {
  bin: "src/bin.ts",
  worker: "src/worker.ts",
  "sync-reader": "src/sync-reader.ts",
  bootstrap: "src/bootstrap.ts",
};

export default defineConfig({
  entry: { ...publicEntries, ...processEntries },
  dts: { entry: publicEntries },
  format: "esm",
  target: "node22",
  platform: "node",
  // Entries share their modules: one FlowSpec, one error class, whichever way it is imported.
  splitting: true,
  sourcemap: true,
  minify: false,
  clean: true,
});
