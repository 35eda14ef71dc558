import { transform } from "esbuild";

/** What the plugin has of a Vite plugin; Vite itself is not needed to load this module. */
export interface MetaflowVitePlugin {
  readonly name: string;
  readonly enforce: "pre";
  transform(code: string, id: string): Promise<{ readonly code: string; readonly map: string } | null>;
}

/**
 * A plugin for Vite and Vitest: lets tests import flows. Vite leaves decorators as they are, and no JavaScript engine
 * runs them yet; this plugin compiles the TypeScript files that have some, source maps kept.
 *
 * @example
 * // vitest.config.ts
 * import { metaflow } from "@metaflow-ts/core/vite";
 * import { defineConfig } from "vitest/config";
 *
 * export default defineConfig({ plugins: [metaflow()] });
 */
export function metaflow(): MetaflowVitePlugin {
  return {
    name: "metaflow",
    // Before Vite's own TypeScript compiler, which would not know what to do with decorators.
    enforce: "pre",
    async transform(code, id) {
      const [file = id] = id.split("?");
      if (!/\.[cm]?tsx?$/.test(file) || file.includes("/node_modules/") || !mayHaveDecorators(code)) return null;
      const result = await transform(code, {
        loader: file.endsWith("x") ? "tsx" : "ts",
        jsx: "preserve",
        target: "node22",
        // A run is kept under the class's name, which compiling would otherwise change in some cases.
        keepNames: true,
        sourcefile: file,
        sourcemap: "external",
        // Whatever the project's tsconfig says, flows mean standard decorators and standard fields.
        tsconfigRaw: { compilerOptions: { experimentalDecorators: false, useDefineForClassFields: true } },
      });
      return { code: result.code, map: result.map };
    },
  };
}

/** An `@` that does not belong to a doc comment's line. Being wrong costs a millisecond. */
function mayHaveDecorators(code: string): boolean {
  return /(?:^|[^*\s])\s*@[\w$([]/m.test(code);
}
