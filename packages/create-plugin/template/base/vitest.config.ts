import { metaflow } from "@metaflow-ts/core/vite";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Lets tests import flows, whose decorators no engine runs yet.
  plugins: [metaflow()],
  test: { include: ["test/**/*.test.ts"] },
});
