import { readFile } from "node:fs/promises";
import { extname, relative, sep } from "node:path";
import { type Loader, type Plugin, transform } from "esbuild";

const LOADERS: Readonly<Record<string, Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

/** Names by which a file asks where it lies; the last two are those of CommonJS. */
const ASKS = /\bimport\.meta\b|\b__filename\b|\b__dirname\b/;

/** What each file calls its own place. */
const HERE = "__metaflowHere";

/** The bundle's function for a file's place, by its path from the flow's folder; see `module-to-function.ts`. */
const AT = "__metaflowAt";

/**
 * In a bundle `import.meta` would be that of the bundle, and `__filename` nothing at all. This gives each of the user's
 * files its own, so that data beside a file is found where the author put it, also where the code was moved to.
 *
 * @param root the flow's folder
 */
export function importMetaPlugin(root: string): Plugin {
  return {
    name: "metaflow-import-meta",
    setup(build) {
      build.onLoad({ filter: /\.[mc]?[jt]sx?$/, namespace: "file" }, async ({ path }) => {
        const loader = LOADERS[extname(path)];
        if (loader === undefined) return undefined;
        const contents = await readFile(path, "utf8");
        if (!ASKS.test(contents)) return { contents, loader };
        const result = await transform(contents, {
          loader,
          sourcefile: path,
          sourcemap: "inline",
          sourcesContent: true,
          target: "esnext",
          // Decorators are lowered by the bundler, once.
          supported: { decorators: true },
          define: {
            "import.meta.url": `${HERE}.url`,
            "import.meta.dirname": `${HERE}.dirname`,
            "import.meta.filename": `${HERE}.filename`,
            __filename: `${HERE}.filename`,
            __dirname: `${HERE}.dirname`,
          },
          banner: `const ${HERE} = ${AT}(${JSON.stringify(relative(root, path).replaceAll(sep, "/"))});`,
        });
        return { contents: result.code, loader: "js" };
      });
    },
  };
}
