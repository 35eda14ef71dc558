import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { PackageFile } from "../../contracts/code-package.js";
import type { DatastoreLocation } from "../../contracts/datastore.js";
import { errors } from "../../errors/codes.js";
import { coreFolder } from "./core-folder.js";

/** Its name in the folder of a place. */
const NAME = "metaflow-bootstrap.mjs";

/**
 * A program in one file, without any dependency, that makes a place ready and then runs Metaflow there. It can open the
 * datastore: where a plugin offers that, the plugin is in it.
 *
 * @throws PACKAGE_NOT_MADE where the plugin cannot be bundled
 */
export async function bootstrapProgram({ name, module }: DatastoreLocation): Promise<PackageFile> {
  const folder = coreFolder();
  const provider = module === undefined ? "undefined" : "provider";
  const source = [
    `import { bootstrap } from ${JSON.stringify(join(folder, "dist", "bootstrap.js"))};`,
    ...(module === undefined ? [] : [`import * as provider from ${JSON.stringify(fileURLToPath(module))};`]),
    `await bootstrap(${provider});`,
  ];
  try {
    const { outputFiles } = await build({
      stdin: { contents: source.join("\n"), resolveDir: folder },
      absWorkingDir: folder,
      outfile: NAME,
      write: false,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node22.18",
      minifySyntax: true,
      minifyWhitespace: true,
      keepNames: true,
      legalComments: "none",
      logLevel: "silent",
      alias: Object.fromEntries(
        ["plugin", "client"].map((part) => [`@metaflow-ts/core/${part}`, join(folder, "dist", `${part}.js`)]),
      ),
      external: ["esbuild"],
      banner: {
        js: 'import{createRequire as _metaflowRequire}from"node:module";const require=_metaflowRequire(import.meta.url);',
      },
    });
    return { path: NAME, bytes: outputFiles[0]?.contents ?? new Uint8Array(), from: "Metaflow", executable: true };
  } catch (cause) {
    const reason = `the datastore '${name}' cannot be put into a program of one file: ${(cause as Error).message}`;
    throw errors.PACKAGE_NOT_MADE({ reason }, { cause });
  }
}
