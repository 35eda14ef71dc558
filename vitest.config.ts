import { transform } from "esbuild";
import { defineConfig } from "vitest/config";

/** Vite leaves standard decorators as they are and Node cannot run them: esbuild lowers them before Vite sees the file. */
const lowerDecorators = {
  name: "lower-decorators",
  enforce: "pre" as const,
  async transform(code: string, id: string) {
    const [file = id] = id.split("?");
    if (!/\.[cm]?ts$/.test(file) || file.includes("/node_modules/") || !/^\s*@\w/m.test(code)) return null;
    const result = await transform(code, {
      loader: "ts",
      target: "es2022",
      sourcefile: file,
      sourcemap: "external",
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true, useDefineForClassFields: true } },
    });
    return { code: result.code, map: result.map };
  },
};

const report = "reports/vitest.json";

export default defineConfig({
  test: {
    reporters: process.env.CI ? ["default", ["json", { outputFile: report }]] : ["default"],
    projects: [
      {
        plugins: [lowerDecorators],
        test: {
          name: "unit",
          include: ["packages/*/src/**/*.test.ts"],
        },
      },
      {
        plugins: [lowerDecorators],
        test: {
          // These start the built command; `pnpm test` builds it first.
          name: "e2e",
          include: ["packages/*/test/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
