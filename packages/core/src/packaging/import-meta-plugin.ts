import { readFile } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
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

/**
 * In a bundle `import.meta` would be that of the bundle, and `__filename` nothing at all. This gives each of the user's
 * files its own, so that data beside a file is found where the author put it.
 */
export function importMetaPlugin(): Plugin {
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
            "import.meta.url": JSON.stringify(pathToFileURL(path).href),
            "import.meta.dirname": JSON.stringify(dirname(path)),
            "import.meta.filename": JSON.stringify(path),
            __filename: JSON.stringify(path),
            __dirname: JSON.stringify(dirname(path)),
          },
        });
        return { contents: result.code, loader: "js" };
      });
    },
  };
}
