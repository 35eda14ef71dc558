import { defineConfig } from "tsup";

export default defineConfig({
  entry: { index: "src/index.ts" },
  dts: true,
  format: "esm",
  target: "node22",
  platform: "node",
  sourcemap: true,
  minify: false,
  clean: true,
});
